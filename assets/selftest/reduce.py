"""Cuts the reference kit's expected/ runs down to what the self test compares.

    python reduce.py KIT_FOLDER

Made with the kit of torch 2.15, diffusers 0.42.1, transformers 5.23 (see its README). Needs
numpy and safetensors.
"""
import json
import os
import sys

import numpy as np
from safetensors.numpy import load_file, save_file

KEPT = ("ids_0", "ids_1", "context", "pooled")
HERE = os.path.dirname(os.path.abspath(__file__))

for family in ("sd15", "sd15-inpaint", "sd21-base", "sd21-v", "sdxl", "sdxl-refiner"):
    source = os.path.join(sys.argv[1], "expected", family)
    arrays = load_file(source + ".safetensors")
    kept = {f"{side}_{name}" for side in ("pos", "neg") for name in KEPT}
    kept |= {"sigmas", "timesteps", "noise", "unet_input_0", "timestep_0", "eps_pos_0", "eps_neg_0", "image"}
    out = {name: np.ascontiguousarray(a) for name, a in arrays.items() if name in kept}
    out["latents"] = np.ascontiguousarray(arrays["latents"][-1:])
    save_file(out, os.path.join(HERE, family + ".safetensors"))
    run = json.load(open(source + ".json"))
    run.pop("stats")
    with open(os.path.join(HERE, family + ".json"), "w") as f:
        json.dump(run, f, indent=1)
        f.write("\n")
