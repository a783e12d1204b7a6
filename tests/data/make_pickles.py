#!/usr/bin/env python3
"""Write the small PyTorch files beside this script, and what PyTorch itself reads from them.

Made with torch 2.15.0. Run without arguments; needs torch alone. The bytes of the archives may differ between versions
of torch, `pickles.json` (type, shape, SHA-256 of the row-major little-endian bytes of each tensor) may not.
"""
import collections
import hashlib
import json
import pathlib
import sys
import types

import torch

HERE = pathlib.Path(__file__).parent


def values(*shape, start=0.0):
    count = 1
    for d in shape:
        count *= d
    return (torch.arange(count, dtype=torch.float32) * 0.25 + start).reshape(shape)


def framework_class():
    """A class of a training framework, which published files name and a reader must not import."""
    module = types.ModuleType("pytorch_lightning.callbacks.model_checkpoint")
    cls = type("ModelCheckpoint", (), {"__module__": module.__name__})
    module.ModelCheckpoint = cls
    parts = module.__name__.split(".")
    for i in range(1, len(parts)):
        sys.modules.setdefault(".".join(parts[:i]), types.ModuleType("stub"))
    sys.modules[module.__name__] = module
    return cls


def tensors():
    both = values(7, start=-3.0).half()
    base = values(4, 6)
    state = collections.OrderedDict()
    state["plain.weight"] = values(2, 3)
    state["transposed.weight"] = values(3, 5).t()
    state["shared.first"], state["shared.second"] = both[:3], both[3:]
    state["strided.weight"] = base[1:, ::2]
    state["expanded.bias"] = values(1, 3).expand(4, 3)
    state["permuted.weight"] = values(2, 3, 4).permute(2, 0, 1)
    state["bf16.weight"] = values(5).bfloat16()
    state["f64.weight"] = values(2).double()
    state["position_ids"] = torch.arange(4).unsqueeze(0)
    state["i32"], state["i16"], state["i8"] = (torch.tensor([-2, 3], dtype=t) for t in (torch.int32, torch.int16, torch.int8))
    state["u8"], state["bool"] = torch.tensor([200, 1], dtype=torch.uint8), torch.tensor([True, False])
    state["scalar"], state["empty"] = torch.tensor(0.5), torch.zeros(0, 4)
    state["parameter"] = torch.nn.Parameter(values(2, 2, start=9.0))
    return state


def digest(tensor):
    data = tensor.detach().contiguous()
    raw = bytes(data.reshape(-1).view(torch.uint8).tolist()) if data.numel() else b""
    return {"dtype": str(data.dtype).removeprefix("torch."), "shape": list(data.shape), "sha256": hashlib.sha256(raw).hexdigest()}


def main():
    state = tensors()
    lightning = {
        "epoch": 3, "global_step": 470000, "pytorch-lightning_version": "1.4.2", "state_dict": state,
        "callbacks": {framework_class(): {"best_model_score": torch.tensor(0.25), "monitor": "val/loss", "seen": {1, 2}}},
        "optimizer_states": [{"state": {0: {"step": 1, "exp_avg": values(2)}}}], "lr_schedulers": [], "when": 1.5e-4,
        "path": pathlib.PurePosixPath("checkpoints/last.ckpt"), "big": 1 << 100,
    }
    eight = {k: values(3).to(t) for k, t in (("e4m3", torch.float8_e4m3fn), ("e5m2", torch.float8_e5m2), ("u16", torch.uint16))}
    files = {
        "lightning.ckpt": (lightning, state, {}),
        "legacy.ckpt": (lightning, state, {"_use_new_zipfile_serialization": False}),
        "bare-protocol4.ckpt": (dict(state), state, {"pickle_protocol": 4}),
        "untyped.ckpt": (eight, eight, {}),
        "embedding.ckpt": ({"string_to_token": {"*": 265}, "string_to_param": {"*": values(1, 4)}, "name": "x"},
                           {"string_to_param.*": values(1, 4)}, {}),
    }
    expected = {}
    for name, (contents, wanted, options) in files.items():
        torch.save(contents, HERE / name, **options)
        expected[name] = {key: digest(value) for key, value in wanted.items()}
    (HERE / "pickles.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
