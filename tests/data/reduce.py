#!/usr/bin/env python3
"""Cut the reference kit's sampler, noise and prompt vectors down to what the tests here read.

    python3 reduce.py FOLDER_OF_THE_REFERENCE_KIT

Writes samplers.json, torch_randn.json and prompts.json beside this script. Arrays that the kit
packs as base64 become plain numbers, each the shortest that reads back as the same f32.
"""
import base64
import json
import pathlib
import struct
import sys

SAMPLERS = ["euler", "euler_ancestral", "heun", "dpm_2", "lms", "dpmpp_2m", "ddim"]
SCHEDULERS = ["normal", "karras", "exponential", "sgm_uniform", "simple", "ddim_uniform"]
HERE = pathlib.Path(__file__).parent


def shortest(value):
    """The decimal number of fewest digits that rounds to this f32."""
    for digits in range(1, 10):
        text = float(f"{value:.{digits}g}")
        if struct.unpack("<f", struct.pack("<f", text))[0] == value:
            return text
    return value


def unpack(text):
    data = base64.b64decode(text)
    return [shortest(v) for v in struct.unpack(f"<{len(data) // 4}f", data)]


def samplers(kit):
    out = {
        "about": kit["about"],
        "training_sigmas": unpack(kit["training_sigmas_f32_base64"]),
        "timesteps_of_sigmas": kit["timesteps_of_sigmas"],
        "sigma_of_timesteps": kit["sigma_of_timesteps"],
        "v_denoised_of_sigma2_out0.5_in3": kit["v_denoised_of_sigma2_out0.5_in3"],
        "start_noise": unpack(kit["start_noise_f32_base64"]),
        "schedulers": {name: kit["schedulers"][name] for name in SCHEDULERS},
        "samplers": {},
    }
    for name in SAMPLERS:
        out["samplers"][name] = {
            schedule: {"final": unpack(run["final"]), "model_sigmas": run["model_sigmas"], "noise": run["noise"]}
            for schedule, run in kit["samplers"][name].items()
        }
    return out


def write(name, data):
    """One line for each entry of the two outer levels, so that differences can be read."""
    lines = []
    for key, value in data.items():
        if isinstance(value, dict):
            inner = ",\n".join(f" {json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in value.items())
            lines.append(f"{json.dumps(key)}: {{\n{inner}\n}}")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            inner = ",\n".join(" " + json.dumps(v, separators=(",", ":")) for v in value)
            lines.append(f"{json.dumps(key)}: [\n{inner}\n]")
        else:
            lines.append(f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}")
    (HERE / name).write_text("{\n" + ",\n".join(lines) + "\n}\n")


def noise(kit):
    keep = ("seed", "shape", "n", "first", "last")
    rows = lambda name: [{k: r[k] for k in keep if k in r} for r in kit[name]]
    return {"torch": kit["torch"], "cpu": rows("cpu"), "cpu_sequence": rows("cpu_sequence")}


def main():
    kit = pathlib.Path(sys.argv[1])
    write("samplers.json", samplers(json.loads((kit / "samplers.json").read_text())))
    write("torch_randn.json", noise(json.loads((kit / "torch_randn.json").read_text())))
    (HERE / "prompts.json").write_bytes((kit / "prompts.json").read_bytes())


if __name__ == "__main__":
    main()
