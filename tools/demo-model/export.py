"""Writes the checkpoint: one safetensors file in the layout of Stable Diffusion 1.x, in f16.

    python export.py STATE_FOLDER ../../assets/demo-model/built-in-demo.safetensors --size 128x128

The averaged weights are taken. Nothing is renamed (nets.py has the published names), two parts are fitted in:
the trained rows of the token table go to their places among all 49408, and the linear encoder becomes SD's.
"""
import argparse
import os

import torch
from safetensors.torch import save_file

import data
import nets
import tokens
import train

ANCHOR = 64.0  # size of the constants beside a channel, in its own root mean squares


def filter_places():
    """Where every value of the 16x16 filter is in the convolution over sorted pixels: its part (0 to 3), row and
    column in the filter, colour, and channel, row and column in the convolution."""
    for part in range(4):
        back_y, back_x = divmod(part, 2)
        # Rows of the filter, and the rows of the place that they meet.
        rows = [(r, r + 4) for r in range(4)] if back_y else [(r + 4, r) for r in range(12)]
        columns = [(r, r + 4) for r in range(4)] if back_x else [(r + 4, r) for r in range(12)]
        for fy, y in rows:
            for fx, x in columns:
                for c in range(3):
                    yield part, (fy, fx), c, (((y % 4) * 4 + x % 4) * 3 + c, y // 4, x // 4)


def encoder_tensors(encoder, pictures, width=64, mult=(1, 1, 2, 2)):
    """The linear encoder as tensors of SD's: exactly the same filter, but for parts in a thousand.

    Convolutions that halve only sort pixels into channels: after two of them a place has the 48 values of its
    4x4 pixels. The third applies the filter, in four parts: a place sees 12 pixels each way, its own 8 and the
    next 4, so the part of the filter that reaches back is computed one place earlier and fetched by the last
    convolution. Residual branches and attention are zero. The group norm before the last convolution divides by
    what is nearly a constant: every group of four has x, -x, K and -K with K far larger than x; and
    SiLU(x) - SiLU(-x) = x.
    """
    t, top = {}, width * mult[-1]

    def put(name, weight, bias=None):
        t[name + ".weight"] = weight
        t[name + ".bias"] = torch.zeros(weight.shape[0]) if bias is None else bias

    def norm(name, channels):
        put(name, torch.ones(channels))

    def residual(name, inner, outer):
        norm(name + ".norm1", inner)
        put(name + ".conv1", torch.zeros(outer, inner, 3, 3))
        norm(name + ".norm2", outer)
        put(name + ".conv2", torch.zeros(outer, outer, 3, 3))
        if inner != outer:
            put(name + ".nin_shortcut", torch.eye(outer, inner)[:, :, None, None])

    first = torch.zeros(width * mult[0], 3, 3, 3)
    first[:3, :, 1, 1] = torch.eye(3)
    put("encoder.conv_in", first)
    now = width * mult[0]
    for level, m in enumerate(mult):
        residual(f"encoder.down.{level}.block.0", now, width * m)
        now = width * m
        conv = torch.zeros(now, now, 3, 3)
        if level < 2:
            side = 2 ** (level + 1)  # pixels of a place after this convolution
            for py in range(side):
                for px in range(side):
                    for c in range(3):
                        half = side // 2
                        before = ((py % half) * half + px % half) * 3 + c
                        conv[(py * side + px) * 3 + c, before, py // half, px // half] = 1
            put(f"encoder.down.{level}.downsample.conv", conv)
    filters = encoder.filter.weight.detach()
    parts = torch.zeros(16, now, 3, 3)
    for part, (fy, fx), c, (channel, y, x) in filter_places():
        parts[part * 4:part * 4 + 4, channel, y, x] = filters[:, c, fy, fx]
    # How large the sixteen channels get, on real pictures.
    sorted_pixels = torch.nn.functional.pixel_unshuffle(pictures, 4)
    b, _, h, w = sorted_pixels.shape
    sorted_pixels = sorted_pixels.view(b, 3, 16, h, w).transpose(1, 2).reshape(b, 48, h, w)
    values = torch.nn.functional.conv2d(torch.nn.functional.pad(sorted_pixels, (0, 1, 0, 1)), parts[:, :48], stride=2)
    anchor = ANCHOR * values.pow(2).mean(dim=(0, 2, 3)).sqrt()
    last, bias = torch.zeros(now, now, 3, 3), torch.zeros(now)
    gain, out = torch.zeros(now), torch.zeros(8, now, 3, 3)
    for i in range(16):
        last[4 * i], last[4 * i + 1] = parts[i], -parts[i]
        bias[4 * i + 2], bias[4 * i + 3] = anchor[i], -anchor[i]
        gain[4 * i] = gain[4 * i + 1] = anchor[i] / 2 ** 0.5
        part, k = divmod(i, 4)
        back_y, back_x = divmod(part, 2)
        out[k, 4 * i, 1 - back_y, 1 - back_x], out[k, 4 * i + 1, 1 - back_y, 1 - back_x] = 1, -1
    put("encoder.down.2.downsample.conv", last, bias)
    residual("encoder.mid.block_1", top, top)
    norm("encoder.mid.attn_1.norm", top)
    for name in ("q", "k", "v", "proj_out"):
        put("encoder.mid.attn_1." + name, torch.zeros(top, top, 1, 1))
    residual("encoder.mid.block_2", top, top)
    put("encoder.norm_out", gain)
    shift = torch.zeros(8)
    shift[:4] = encoder.filter.bias.detach()
    put("encoder.conv_out", out, shift)
    moments, spread = torch.zeros(8, 8), torch.full((8,), -20.0)  # a variance of nothing
    moments[:4, :4] = torch.eye(4) / nets.SCALING
    spread[:4] = 0
    put("quant_conv", moments[:, :, None, None], spread)
    return t


def checkpoint(folder):
    """All tensors by published name, in f32."""
    rows = tokens.Rows(tokens.Tokenizer())
    model = train.build(len(rows))
    model.load_state_dict(torch.load(os.path.join(folder, "state.pt"))["average"])
    encoder, decoder = nets.LinearEncoder(), nets.Decoder()
    encoder.load_state_dict(torch.load(os.path.join(folder, "encoder.pt")))
    decoder.load_state_dict(torch.load(os.path.join(folder, "decoder.pt"))["average"])
    t = {"model.diffusion_model." + name: value for name, value in model["unet"].state_dict().items()}
    for name, value in model["clip"].state_dict().items():
        if name == "embeddings.token_embedding.weight":
            table = value[tokens.Rows.UNKNOWN].repeat(tokens.ROWS, 1)
            for row, token in enumerate(rows.tokens[1:], 1):
                table[token] = value[row]
            value = table
        t["cond_stage_model.transformer.text_model." + name] = value
    vae = encoder_tensors(encoder, data.pictures(0, 32, 128))
    vae["post_quant_conv.weight"], vae["post_quant_conv.bias"] = nets.SCALING * torch.eye(4)[:, :, None, None], torch.zeros(4)
    vae.update({"decoder." + name: value for name, value in decoder.state_dict().items()})
    t.update({"first_stage_model." + name: value for name, value in vae.items()})
    return t


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("file")
    parser.add_argument("--size", default="128x128", help="the size that the model was trained at")
    options = parser.parse_args()
    t = {name: value.detach().half().contiguous() for name, value in checkpoint(options.folder).items()}
    for name, value in t.items():
        assert value.isfinite().all(), name
    t["cond_stage_model.transformer.text_model.embeddings.position_ids"] = torch.arange(77)[None]
    about = {
        "modelspec.sai_model_spec": "1.0.0", "modelspec.architecture": "stable-diffusion-v1",
        "modelspec.implementation": "https://github.com/CompVis/stable-diffusion", "modelspec.title": "aiimagegen built-in demo",
        "modelspec.description": "Small landscapes with a house, a balloon or a boat, trained from scratch on drawn scenes.",
        "modelspec.resolution": options.size, "modelspec.license": "MIT OR Apache-2.0",
    }
    os.makedirs(os.path.dirname(os.path.abspath(options.file)), exist_ok=True)
    save_file(t, options.file, about)
    print(f"{options.file}: {len(t)} tensors, {os.path.getsize(options.file) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
