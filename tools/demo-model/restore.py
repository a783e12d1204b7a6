"""Makes a state folder from the checkpoint, to train it further where the state it came from is gone.

    python restore.py ../../assets/demo-model/built-in-demo.safetensors STATE_FOLDER

Weights are the averaged ones in f16; what the optimizers knew is lost, and counted time begins at 0.
"""
import argparse
import os
import time

import torch
from safetensors.torch import load_file

import data
import export
import nets
import tokens
import train


def linear_encoder(t):
    """The filter that `export.encoder_tensors` has fitted into SD's encoder."""
    encoder = nets.LinearEncoder()
    parts = t["first_stage_model.encoder.down.2.downsample.conv.weight"]
    with torch.no_grad():
        for part, (fy, fx), c, (channel, y, x) in export.filter_places():
            # Each of its channels is followed by its negative and two constants.
            encoder.filter.weight[:, c, fy, fx] = parts[part * 16:part * 16 + 16:4, channel, y, x]
        encoder.filter.bias.copy_(t["first_stage_model.encoder.conv_out.bias"][:4])
    return encoder


def below(t, prefix):
    return {name[len(prefix):]: value for name, value in t.items() if name.startswith(prefix)}


def teach_heads(model, batches, seconds):
    """The heads that watch over the text encoder are not in the checkpoint: they learn anew, it stays."""
    optimizer, start = torch.optim.AdamW(model["heads"].parameters(), 1e-2), time.time()
    while time.time() - start < seconds:
        _, ids, targets, _, _ = batches.next()
        with torch.no_grad():
            states = model["clip"](ids)
        loss, right = model["heads"].loss(states, ids, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"heads: loss {loss.item():.4f}, right {right.item():.4f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("folder")
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    t = {name: value.float() for name, value in load_file(options.file).items()}
    encoder = linear_encoder(t)
    torch.save(encoder.state_dict(), os.path.join(options.folder, "encoder.pt"))
    decoder = nets.Decoder()
    decoder.load_state_dict(below(t, "first_stage_model.decoder."))
    stepper = train.Stepper([(name, p) for name, p in decoder.named_parameters() if p.requires_grad], True)
    torch.save({"decoder": decoder.state_dict(), "average": decoder.state_dict(), "stepper": (0, stepper.state), "spent": 0.0, "step": 0},
               os.path.join(options.folder, "decoder.pt"))
    rows = tokens.Rows(tokens.Tokenizer())
    model = train.build(len(rows))
    model["unet"].load_state_dict(below(t, "model.diffusion_model."))
    text = below(t, "cond_stage_model.transformer.text_model.")
    text.pop("embeddings.position_ids")
    table = text["embeddings.token_embedding.weight"]
    # Every row that no caption uses is the one for unknown words.
    unused = next(token for token in range(tokens.START) if token not in rows.row)
    text["embeddings.token_embedding.weight"] = table[torch.tensor([unused] + rows.tokens[1:])]
    model["clip"].load_state_dict(text)
    pools = {128: data.latents(os.path.join(options.folder, "heads128.npy"), encoder, 128, 2000)}
    teach_heads(model, data.Batches(pools, {128: (1, 64)}, rows, 11), 40)
    zero = torch.zeros((), dtype=torch.float64)
    torch.save({"model": model.state_dict(), "average": model.state_dict(), "spent": zero, "steps": zero + 1, "seen": zero, "lr": zero},
               os.path.join(options.folder, "state.pt"))


if __name__ == "__main__":
    main()
