"""Latents of many training scenes, made once and kept in a file, and the batches taken from them."""
import multiprocessing
import os
import random

import numpy as np
import torch

import captions
import nets
import scenes

OFFSET = 0.1  # deviation of the mean that the noise of a channel gets
EMPTY = 0.1  # part of the captions that say nothing, for guidance


def pictures(first, count, size, scene=scenes.training_scene):
    """`count` drawings from number `first` on as [count, 3, size, size] in -1..1."""
    drawn = np.stack([scenes.draw(scene(seed), size) for seed in range(first, first + count)])
    return torch.from_numpy(drawn).permute(0, 3, 1, 2).float() / 127.5 - 1


def encode(job):
    encoder, first, count, size = job
    torch.set_num_threads(1)
    with torch.no_grad():
        return encoder(pictures(first, count, size)).half().numpy()


def latents(path, encoder, size, count):
    """Latents of the training scenes 0 to `count` at `size`, f16 [count, 4, size / 8, size / 8].

    Reads them from `path` if they are there, or makes them with all cores and writes them there.
    """
    if not os.path.exists(path):
        jobs = [(encoder, first, 250, size) for first in range(0, count, 250)]
        with multiprocessing.Pool() as pool:
            made = np.concatenate(pool.map(encode, jobs, chunksize=1))
        np.save(path + ".part.npy", made)
        os.replace(path + ".part.npy", path)
    return np.load(path, mmap_mode="r")


class Batches:
    """Batches of latents with captions, the same ones for the same seed."""

    def __init__(self, pools, mix, rows, seed):
        """`pools`: {size: latents}; `mix`: {size: (chance, batch)}; sizes in pixels."""
        self.pools, self.mix, self.rows, self.rng = pools, mix, rows, random.Random(seed)
        self.noise = torch.Generator().manual_seed(seed)
        self.scenes = {}

    def scene(self, index):
        if index not in self.scenes:
            self.scenes[index] = scenes.training_scene(index)
        return self.scenes[index]

    def next(self):
        sizes = sorted(self.mix)
        size = self.rng.choices(sizes, [self.mix[s][0] for s in sizes])[0]
        pool, count = self.pools[size], self.mix[size][1]
        picks = [self.rng.randrange(len(pool)) for _ in range(count)]
        ids, targets = [], []
        for pick in picks:
            text, said = captions.caption(self.scene(pick), self.rng)
            if self.rng.random() < EMPTY:
                text, said = "", {}
            ids.append(self.rows(text, self.rng if text else None))
            targets.append(captions.targets(said))
        x = torch.from_numpy(np.stack([pool[pick] for pick in picks])).float()
        # One training step from every slice of the schedule: less noise in the gradient.
        t = ((torch.randperm(count, generator=self.noise) + torch.rand(count, generator=self.noise)) * (1000 / count)).long().clamp(max=999)
        noise = torch.randn(x.shape, generator=self.noise)
        # The schedule's last step still has a little of the picture in it, and so its mean; pictures begin from
        # noise that has none. A random mean teaches to take the light from the words (offset noise, Guttenberg 2023).
        noise += OFFSET * torch.randn(noise.shape[:2], generator=self.noise)[:, :, None, None]
        return x, torch.tensor(ids), torch.tensor(targets), t, noise


class Heads(torch.nn.Module):
    """Tells from the text encoder's states what the caption said; only for training."""

    def __init__(self, width):
        super().__init__()
        self.heads = torch.nn.ModuleList(torch.nn.Linear(width, len(values) + 1) for values in captions.ATTRIBUTES.values())

    def loss(self, states, ids, targets):
        """Mean cross entropy, and the part of the answers that are right. `ids` are row numbers."""
        # From the end of the text on, every state has seen all of it.
        mask = (ids == 2).float()
        pooled = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        # The mean, and one place taken at random: all places learn to know everything.
        place = torch.multinomial(mask, 1)[:, 0]
        one = states[torch.arange(len(states)), place]
        loss, right = 0.0, 0.0
        for i, head in enumerate(self.heads):
            for read in (pooled, one):
                loss = loss + torch.nn.functional.cross_entropy(head(read), targets[:, i])
            right = right + (head(pooled).argmax(1) == targets[:, i]).float().mean()
        return loss / (2 * len(self.heads)), right / len(self.heads)
