"""Trains the autoencoder on drawn scenes: first the encoder, then the decoder for it.

    python autoencoder.py STATE_FOLDER encoder --minutes 4
    python autoencoder.py STATE_FOLDER decoder --minutes 40

The encoder is a linear filter (see nets.py), taught beside a cheap decoder that is thrown away. Then it stays
as it is, so that decoder and UNet can be trained at the same time. Called again, `decoder` goes on from the
state it left.
"""
import argparse
import math
import os
import random
import time

import numpy as np
import torch
import torch.nn.functional as F

import data
import nets
import scenes
import train

HELD = 64  # drawings of held-out combinations for the figure
NOISE = 0.05  # on the latents in training: the UNet's are not exact either
DECAY = 0.995


class Pictures:
    """Batches of crops of `side` pixels from training drawings at several sizes."""

    def __init__(self, count, side, sizes, seed):
        self.rng, self.side = random.Random(seed), side
        self.drawn = [scenes.draw(scenes.training_scene(10 ** 6 + i), self.rng.choice(sizes)) for i in range(count)]

    def next(self, count):
        crops = []
        for drawn in self.rng.choices(self.drawn, k=count):
            room = drawn.shape[0] - self.side
            y, x = (self.rng.randint(0, room // 8) * 8, self.rng.randint(0, room // 8) * 8) if room else (0, 0)
            crops.append(drawn[y:y + self.side, x:x + self.side])
        return torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2).float() / 127.5 - 1


def decibels(decoded, pictures):
    """Mean peak signal to noise ratio over pictures in -1..1."""
    error = ((decoded.clamp(-1, 1) - pictures) / 2).pow(2).mean(dim=(1, 2, 3))
    return float((-10 * error.log10()).mean())


def picture_loss(decoded, pictures):
    return 4 * F.mse_loss(decoded, pictures) + F.l1_loss(decoded, pictures)


def train_encoder(options):
    torch.manual_seed(0)
    encoder, quick = nets.LinearEncoder(), nets.QuickDecoder()
    batches = Pictures(1500, 128, (128, 128, 192), 0)
    encoder.begin(batches.next(300))
    held = data.pictures(0, HELD, 128, scenes.test_scene)
    optimizer = torch.optim.AdamW([{"params": encoder.parameters(), "scale": 0.3}, {"params": quick.parameters(), "scale": 1.0}], betas=(0.9, 0.98), weight_decay=0)
    start, step = time.time(), 0
    while (part := (time.time() - start) / (60 * options.minutes)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = 1.5e-3 * group["scale"] * min(1, step / 30) * (0.5 + 0.5 * math.cos(math.pi * part)) + 1e-6
        x = batches.next(16)
        z = encoder(x)
        decoded = quick(z + NOISE * torch.randn_like(z))
        # The latents stay at mean 0 and deviation 1, or the noise would lose its meaning.
        size = z.var(dim=(0, 2, 3)).log().pow(2).mean() + z.mean(dim=(0, 2, 3)).pow(2).mean()
        loss = picture_loss(decoded, x) + 0.05 * size
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(quick.parameters(), 1.0)
        optimizer.step()
        step += 1
        if step % 100 == 0:
            with torch.no_grad():
                print(f"{(time.time() - start) / 60:5.1f} min, step {step}, held out {decibels(quick(encoder(held)), held):.2f} dB", flush=True)
    encoder.settle(batches.next(512))
    torch.save(encoder.state_dict(), os.path.join(options.folder, "encoder.pt"))


def train_decoder(options):
    torch.manual_seed(0)
    path = os.path.join(options.folder, "decoder.pt")
    encoder, decoder, average = nets.LinearEncoder(), nets.Decoder(), nets.Decoder()
    encoder.load_state_dict(torch.load(os.path.join(options.folder, "encoder.pt")))
    encoder.requires_grad_(False)
    learned = [(name, p) for name, p in decoder.named_parameters() if p.requires_grad]
    stepper = train.Stepper(learned, True)
    spent, step = 0.0, 0
    average.load_state_dict(decoder.state_dict())
    if os.path.exists(path):
        saved = torch.load(path)
        decoder.load_state_dict(saved["decoder"])
        average.load_state_dict(saved["average"])
        stepper.count, stepper.state = saved["stepper"]
        spent, step = saved["spent"], saved["step"]
    batches = Pictures(1500, 128, (128, 128, 192), step + 1)
    held = data.pictures(0, HELD, 128, scenes.test_scene)
    start = time.time()
    while True:
        now = spent + time.time() - start
        part = now / (60 * options.minutes)
        lr = options.lr * min(1, (step + 1) / 30) * min(1.0, max(0.01, (1 - part) / 0.4))
        x = batches.next(options.batch)
        with torch.no_grad():
            z = encoder(x)
        loss = picture_loss(decoder(z + NOISE * torch.randn_like(z)), x)
        decoder.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for _, p in learned], 1.0)
        gradients = {name: p.grad for name, p in learned}
        stepper.step(gradients.get, lr)
        step += 1
        decay = min(DECAY, (1 + step) / (10 + step))
        with torch.no_grad():
            for kept, p in zip(average.parameters(), decoder.parameters()):
                kept.lerp_(p, 1 - decay)
        if step % 50 == 0 or part >= 1:
            with torch.no_grad():
                pieces = [decibels(average(encoder(held[i:i + 8])), held[i:i + 8]) for i in range(0, HELD if part >= 1 else 16, 8)]
            print(f"{now / 60:5.1f} min, step {step}, loss {loss.item():.4f}, held out {sum(pieces) / len(pieces):.2f} dB", flush=True)
            torch.save({"decoder": decoder.state_dict(), "average": average.state_dict(), "stepper": (stepper.count, stepper.state), "spent": now, "step": step}, path + ".part")
            os.replace(path + ".part", path)
        if part >= 1:
            return


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("part", choices=("encoder", "decoder"))
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--lr", type=float, default=1e-3)
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    torch.set_num_threads(options.threads)
    {"encoder": train_encoder, "decoder": train_decoder}[options.part](options)
