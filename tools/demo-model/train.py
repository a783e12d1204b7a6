"""Trains text encoder and UNet on latents of drawn scenes, on all cores, for a given time.

    python train.py STATE_FOLDER --minutes 95 --mix 128:1:16      until words and things go together, then
    python train.py STATE_FOLDER --minutes 95                     at all sizes

STATE_FOLDER has `encoder.pt` (autoencoder.py makes it). The state is written there every few minutes, and a
second call goes on from it. Noise prediction, min-SNR-5 weights (Hang et al. 2023), a tenth of the captions
empty, moving average of the weights. Matrices and convolutions are stepped with Muon (Jordan 2024), the rest
with AdamW. Every core is a process with its share of the batch; gradients are added in shared memory, and
each process steps its share of the tensors.
"""
import argparse
import os
import time

import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

import data
import nets
import tokens

DECAY = 0.998


def build(rows):
    torch.manual_seed(1)
    return torch.nn.ModuleDict({"clip": nets.TextEncoder(rows), "unet": nets.Unet(), "heads": data.Heads(64)})


def orthogonalised(g):
    """The nearest matrix with singular values near 1, by Newton-Schulz with Jordan's coefficients."""
    tall = g.shape[0] > g.shape[1]
    x = g.T if tall else g
    x = x / (x.norm() + 1e-7)
    for _ in range(5):
        a = x @ x.T
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * (a @ a)) @ x
    return x.T if tall else x


class Stepper:
    """Steps some named tensors: Muon for what is a matrix inside the network, AdamW for the rest."""

    def __init__(self, named, muon):
        self.named = named
        self.state = {name: [torch.zeros_like(p), torch.zeros_like(p)] for name, p in named}
        self.muon = {name for name, p in named if muon and p.ndim >= 2 and min(p.shape[0], p[0].numel()) >= 32
                     and "embedding" not in name and not name.startswith(("heads", "clip"))}
        self.count = 0

    @torch.no_grad()
    def step(self, gradient, lr):
        """`gradient`: name to tensor; `lr`: the learning rate of AdamW, Muon's is taken from it."""
        self.count += 1
        for name, p in self.named:
            g, (m, v) = gradient(name), self.state[name]
            if name in self.muon:
                m.mul_(0.95).add_(g)
                update = orthogonalised((g + 0.95 * m).flatten(1)).view_as(p)
                rows, columns = p.shape[0], p[0].numel()
                p.mul_(1 - lr * 0.05)
                p.add_(update, alpha=-lr * 0.35 * max(rows, columns) ** 0.5)
                continue
            m.lerp_(g, 0.1)
            v.mul_(0.985).addcmul_(g, g, value=0.015)
            scale = lr * (0.5 if name.startswith("clip") else 1.0)
            m_hat, v_hat = m / (1 - 0.9 ** self.count), v / (1 - 0.985 ** self.count)
            if p.ndim >= 2:
                p.mul_(1 - scale * 0.01)
            p.addcdiv_(m_hat, v_hat.sqrt_().add_(1e-8), value=-scale)


def share(named, workers):
    """Divides tensors among the workers by the work of stepping them."""
    shares, loads = [[] for _ in range(workers)], [0.0] * workers
    for name, p in sorted(named, key=lambda item: -item[1].numel()):
        least = loads.index(min(loads))
        shares[least].append((name, p))
        loads[least] += p.numel()
    return shares


def losses(model, batch, cumprod):
    """Weighted noise error, the heads' loss, and their share of right answers."""
    x, ids, targets, t, noise = batch
    states = model["clip"](ids)
    a = cumprod[t][:, None, None, None]
    predicted = model["unet"](a.sqrt() * x + (1 - a).sqrt() * noise, t, states)
    snr = cumprod[t] / (1 - cumprod[t])
    error = (predicted - noise).pow(2).mean(dim=(1, 2, 3))
    told, right = model["heads"].loss(states, ids, targets)
    return (error * snr.clamp(max=5) / snr).mean(), told, right


def teach_text(model, batches, seconds):
    """Teaches the text encoder alone to tell the attributes, before anything is drawn."""
    parameters = list(model["clip"].parameters()) + list(model["heads"].parameters())
    optimizer = torch.optim.AdamW(parameters, 2e-3, betas=(0.9, 0.98), weight_decay=0.01)
    start, seen = time.time(), 0
    while (part := (time.time() - start) / seconds) < 1:
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * min(1, seen / 2000) * (1 - part) + 1e-5
        _, ids, targets, _, _ = batches.next()
        loss, right = model["heads"].loss(model["clip"](ids), ids, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        seen += len(ids)
        if seen // 64 % 100 == 0:
            print(f"text: {seen} captions, loss {loss.item():.4f}, right {right.item():.4f}", flush=True)


def work(rank, workers, options, model, average, buffers, shared, barrier, pools, rows):
    torch.set_num_threads(1)
    named = list(model.named_parameters())
    for name, p in named:
        p.grad = buffers[rank][name]
    mine = share(named, workers)[rank]
    stepper = Stepper(mine, options.muon)
    path = os.path.join(options.folder, f"stepper{rank}.pt")
    if options.resume and os.path.exists(path):
        saved = torch.load(path)
        stepper.count = saved["count"]
        for name, p in mine:
            for kept, value in zip(stepper.state[name], saved["state"][name]):
                kept.copy_(value)
    cumprod = nets.alphas_cumprod()
    seed = int(shared["steps"]) * 1000 + rank
    batches = data.Batches(pools, options.sizes, rows, seed)
    averaged = dict(average.named_parameters())
    begin, before, last = time.time(), float(shared["spent"]), time.time()
    told = [0.0, 0.0, 0.0, 0]
    while True:
        batch = batches.next()
        for buffer in buffers[rank].values():
            buffer.zero_()
        error, text, right = losses(model, batch, cumprod)
        (error + 0.05 * text).backward()
        for i, value in enumerate((error, text, right)):
            told[i] += value.item()
        told[3] += 1
        barrier.wait()
        total = {name: sum(buffers[r][name] for r in range(workers)) / workers for name, _ in mine}
        shared["norms"][rank] = sum(g.pow(2).sum() for g in total.values())
        if rank == 0:
            spent = before + time.time() - begin
            shared["spent"].fill_(spent)
            part = spent / (options.minutes * 60)
            cool = min(1.0, (1 - part) / options.cooldown)
            shared["lr"].fill_(options.lr * min(1, (int(shared["steps"]) + 1) / 100) * max(cool, 0.01))
            shared["steps"].add_(1)
            shared["seen"].add_(len(batch[0]) * workers)
        barrier.wait()
        clip = min(1.0, 1.0 / (float(shared["norms"].sum()) ** 0.5 + 1e-6))
        stepper.step(lambda name: total[name].mul_(clip), float(shared["lr"]))
        decay = min(DECAY, (1 + stepper.count) / (10 + stepper.count))
        with torch.no_grad():
            for name, p in mine:
                averaged[name].lerp_(p, 1 - decay)
        barrier.wait()
        over = float(shared["spent"]) > options.minutes * 60
        if rank == 0 and stepper.count % 50 == 0:
            n = told[3]
            print(f"{float(shared['spent']) / 60:6.1f} min, step {int(shared['steps'])}, seen {int(shared['seen'])}, "
                  f"noise {told[0] / n:.4f}, text {told[1] / n:.4f} {told[2] / n:.4f}, lr {float(shared['lr']):.2e}", flush=True)
            told = [0.0, 0.0, 0.0, 0]
        keep = over or stepper.count % options.keep == 0
        if keep:
            torch.save({"count": stepper.count, "state": stepper.state}, path + ".part")
            os.replace(path + ".part", path)
            if rank == 0:
                state = {"model": model.state_dict(), "average": average.state_dict(), **{k: v.clone() for k, v in shared.items()}}
                torch.save(state, os.path.join(options.folder, "state.pt.part"))
                os.replace(os.path.join(options.folder, "state.pt.part"), os.path.join(options.folder, "state.pt"))
            barrier.wait()
        if over:
            return


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--minutes", type=float, default=90, help="of training in all, those before a restart counted in")
    parser.add_argument("--mix", default="192:0.75:8,128:0.15:16,288:0.1:4", help="size:chance:pictures per core, several with commas")
    parser.add_argument("--pool", type=int, default=60000, help="training scenes at 128 pixels; at larger sizes as many fewer as there are more pixels")
    parser.add_argument("--lr", type=float, default=1.5e-3)
    parser.add_argument("--cooldown", type=float, default=0.3, help="part of the time in which the learning rate falls to 0")
    parser.add_argument("--keep", type=int, default=200, help="steps between two states on disk")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--adamw", dest="muon", action="store_false", help="no Muon")
    options = parser.parse_args()
    options.sizes = {int(s): (float(c), int(b)) for s, c, b in (entry.split(":") for entry in options.mix.split(","))}
    rows = tokens.Rows(tokens.Tokenizer())
    encoder = nets.LinearEncoder()
    encoder.load_state_dict(torch.load(os.path.join(options.folder, "encoder.pt")))
    pools = {size: data.latents(os.path.join(options.folder, f"latents{size}.npy"), encoder, size, int(options.pool * (128 / size) ** 2)) for size in options.sizes}
    model, average = build(len(rows)), build(len(rows))
    shared = {"norms": torch.zeros(options.workers), **{name: torch.zeros((), dtype=torch.float64) for name in ("spent", "steps", "seen", "lr")}}
    path = os.path.join(options.folder, "state.pt")
    options.resume = os.path.exists(path)
    if options.resume:
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        average.load_state_dict(saved["average"])
        for name in ("spent", "steps", "seen"):
            shared[name].copy_(saved[name])
    else:
        text = os.path.join(options.folder, "text.pt")
        if not os.path.exists(text):
            size = min(pools)
            teach_text(model, data.Batches(pools, {size: (1, 64)}, rows, 7), 150)
            torch.save({"clip": model["clip"].state_dict(), "heads": model["heads"].state_dict()}, text)
        for name, part in torch.load(text).items():
            model[name].load_state_dict(part)
        average.load_state_dict(model.state_dict())
    model.share_memory()
    average.share_memory()
    for value in shared.values():
        value.share_memory_()
    buffers = [{name: torch.zeros_like(p).share_memory_() for name, p in model.named_parameters()} for _ in range(options.workers)]
    print({name: sum(p.numel() for p in part.parameters()) for name, part in model.items()}, flush=True)
    barrier = mp.Barrier(options.workers)
    arguments = (options.workers, options, model, average, buffers, shared, barrier, pools, rows)
    processes = [mp.Process(target=work, args=(rank, *arguments)) for rank in range(options.workers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
