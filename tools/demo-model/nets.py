"""The three networks, with the names and the arithmetic of Stable Diffusion 1.x (LDM layout), small.

`state_dict()` of each gives the published tensor names without their prefix, so that nothing has to be
renamed when the checkpoint is written. Latents: [batch, 4, height / 8, width / 8].
"""
import math

import torch
import torch.nn.functional as F
from torch import nn

SCALING = 0.18215  # from the autoencoder's latents to the UNet's, in every SD 1.x program
GROUPS = 32


def norm(channels, eps=1e-5):
    return nn.GroupNorm(GROUPS, channels, eps=eps)


def named(**modules):
    """Modules under the names of the published layout, which may be numbers."""
    return nn.ModuleDict({name.lstrip("_"): module for name, module in modules.items()})


# ------------------------------------------------------------------------------------------------ text encoder
class TextLayer(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.self_attn = named(q_proj=nn.Linear(width, width), k_proj=nn.Linear(width, width), v_proj=nn.Linear(width, width), out_proj=nn.Linear(width, width))
        self.layer_norm1, self.layer_norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = named(fc1=nn.Linear(width, 4 * width), fc2=nn.Linear(4 * width, width))

    def forward(self, x, mask):
        b, n, w = x.shape
        h = self.layer_norm1(x)
        q, k, v = (self.self_attn[name](h).view(b, n, self.heads, w // self.heads).transpose(1, 2) for name in ("q_proj", "k_proj", "v_proj"))
        scores = (q @ k.transpose(-1, -2)) / math.sqrt(w // self.heads) + mask
        h = (scores.softmax(-1) @ v).transpose(1, 2).reshape(b, n, w)
        x = x + self.self_attn["out_proj"](h)
        h = self.mlp["fc1"](self.layer_norm2(x))
        return x + self.mlp["fc2"](h * torch.sigmoid(1.702 * h))


class TextEncoder(nn.Module):
    """CLIP's text encoder over `rows` token rows. Ids [B, 77] to states [B, 77, width] after the last norm.

    Published programs take the number of heads from the width, 64 channels a head.
    """

    def __init__(self, rows, width=64, layers=3):
        super().__init__()
        self.embeddings = named(token_embedding=nn.Embedding(rows, width), position_embedding=nn.Embedding(77, width))
        nn.init.normal_(self.embeddings["token_embedding"].weight, std=0.3)
        nn.init.normal_(self.embeddings["position_embedding"].weight, std=0.1)
        self.encoder = nn.Module()
        self.encoder.layers = nn.ModuleList(TextLayer(width, max(1, width // 64)) for _ in range(layers))
        self.final_layer_norm = nn.LayerNorm(width)
        self.register_buffer("mask", torch.full((77, 77), float("-inf")).triu(1), persistent=False)

    def forward(self, ids):
        x = self.embeddings["token_embedding"](ids) + self.embeddings["position_embedding"].weight
        for layer in self.encoder.layers:
            x = layer(x, self.mask)
        return self.final_layer_norm(x)


# ------------------------------------------------------------------------------------------------ UNet
def timestep_embedding(t, width):
    """Cosines, then sines, of `t` [B] at `width` / 2 frequencies."""
    rates = torch.exp(-math.log(10000) * torch.arange(width // 2, dtype=torch.float32) / (width // 2))
    angles = t.float()[:, None] * rates
    return torch.cat([angles.cos(), angles.sin()], dim=1)


class Residual(nn.Module):
    def __init__(self, inner, outer, time):
        super().__init__()
        self.in_layers = nn.Sequential(norm(inner), nn.SiLU(), nn.Conv2d(inner, outer, 3, padding=1))
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(time, outer))
        self.out_layers = nn.Sequential(norm(outer), nn.SiLU(), nn.Identity(), nn.Conv2d(outer, outer, 3, padding=1))
        nn.init.zeros_(self.out_layers[3].weight)
        nn.init.zeros_(self.out_layers[3].bias)
        if inner != outer:
            self.skip_connection = nn.Conv2d(inner, outer, 1)
        self.same = inner == outer

    def forward(self, x, time):
        h = self.in_layers(x) + self.emb_layers(time)[:, :, None, None]
        return (x if self.same else self.skip_connection(x)) + self.out_layers(h)


class Attention(nn.Module):
    def __init__(self, width, context, heads=8):
        super().__init__()
        self.heads = heads
        self.to_q, self.to_k, self.to_v = nn.Linear(width, width, bias=False), nn.Linear(context, width, bias=False), nn.Linear(context, width, bias=False)
        self.to_out = nn.Sequential(nn.Linear(width, width))

    def forward(self, x, context):
        b, n, w = x.shape
        split = lambda t: t.view(b, -1, self.heads, w // self.heads).transpose(1, 2)
        q, k, v = split(self.to_q(x)), split(self.to_k(context)), split(self.to_v(context))
        # Two products and a softmax: faster on the processor than the fused form, above all backward.
        scores = (q * (w // self.heads) ** -0.5) @ k.transpose(-1, -2)
        return self.to_out((scores.softmax(-1) @ v).transpose(1, 2).reshape(b, n, w))


class GatedLinear(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.proj = nn.Linear(width, 2 * inner)

    def forward(self, x):
        x, gate = self.proj(x).chunk(2, dim=-1)
        return x * F.gelu(gate)


class Transformer(nn.Module):
    def __init__(self, width, context):
        super().__init__()
        self.attn1, self.attn2 = Attention(width, width), Attention(width, context)
        self.ff = nn.Module()
        self.ff.net = nn.Sequential(GatedLinear(width, 4 * width), nn.Identity(), nn.Linear(4 * width, width))
        self.norm1, self.norm2, self.norm3 = nn.LayerNorm(width), nn.LayerNorm(width), nn.LayerNorm(width)

    def forward(self, x, context):
        h = self.norm1(x)
        x = x + self.attn1(h, h)
        x = x + self.attn2(self.norm2(x), context)
        return x + self.ff.net(self.norm3(x))


class SpatialTransformer(nn.Module):
    def __init__(self, width, context):
        super().__init__()
        self.norm = norm(width, 1e-6)
        self.proj_in, self.proj_out = nn.Conv2d(width, width, 1), nn.Conv2d(width, width, 1)
        self.transformer_blocks = nn.ModuleList([Transformer(width, context)])
        nn.init.zeros_(self.proj_out.weight)
        nn.init.zeros_(self.proj_out.bias)

    def forward(self, x, context):
        b, c, h, w = x.shape
        y = self.proj_in(self.norm(x)).flatten(2).transpose(1, 2)
        y = self.transformer_blocks[0](y, context)
        return x + self.proj_out(y.transpose(1, 2).reshape(b, c, h, w))


class Down(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.op = nn.Conv2d(width, width, 3, stride=2, padding=1)

    def forward(self, x):
        return self.op(x)


class Up(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2, mode="nearest"))


class Block(nn.ModuleList):
    """The modules of one numbered block, each called with what it takes."""

    def forward(self, x, time, context):
        for module in self:
            if isinstance(module, Residual):
                x = module(x, time)
            elif isinstance(module, SpatialTransformer):
                x = module(x, context)
            else:
                x = module(x)
        return x


class Unet(nn.Module):
    """The denoiser: (x [B, 4, h, w], training step t [B], context [B, 77, c]) to the noise in x."""

    def __init__(self, width=64, mult=(1, 2, 2), attend=(False, True, True), context=64):
        super().__init__()
        self.width, time = width, 4 * width
        self.time_embed = nn.Sequential(nn.Linear(width, time), nn.SiLU(), nn.Linear(time, time))
        blocks, skips, now = [Block([nn.Conv2d(4, width, 3, padding=1)])], [width], width
        for level, m in enumerate(mult):
            block = [Residual(now, width * m, time)]
            now = width * m
            if attend[level]:
                block.append(SpatialTransformer(now, context))
            blocks.append(Block(block))
            skips.append(now)
            if level + 1 < len(mult):
                blocks.append(Block([Down(now)]))
                skips.append(now)
        self.input_blocks = nn.ModuleList(blocks)
        self.middle_block = Block([Residual(now, now, time), SpatialTransformer(now, context), Residual(now, now, time)])
        blocks = []
        for level in reversed(range(len(mult))):
            for place in range(2):
                block = [Residual(now + skips.pop(), width * mult[level], time)]
                now = width * mult[level]
                if attend[level]:
                    block.append(SpatialTransformer(now, context))
                if level and place == 1:
                    block.append(Up(now))
                blocks.append(Block(block))
        self.output_blocks = nn.ModuleList(blocks)
        self.out = nn.Sequential(norm(width), nn.SiLU(), nn.Conv2d(width, 4, 3, padding=1))
        nn.init.zeros_(self.out[2].weight)
        nn.init.zeros_(self.out[2].bias)

    def forward(self, x, t, context):
        time = self.time_embed(timestep_embedding(t, self.width))
        skips = []
        for block in self.input_blocks:
            x = block(x, time, context)
            skips.append(x)
        x = self.middle_block(x, time, context)
        for block in self.output_blocks:
            x = block(torch.cat([x, skips.pop()], dim=1), time, context)
        return self.out(x)


# ------------------------------------------------------------------------------------------------ autoencoder
class VaeResidual(nn.Module):
    def __init__(self, inner, outer):
        super().__init__()
        self.norm1, self.conv1 = norm(inner, 1e-6), nn.Conv2d(inner, outer, 3, padding=1)
        self.norm2, self.conv2 = norm(outer, 1e-6), nn.Conv2d(outer, outer, 3, padding=1)
        nn.init.zeros_(self.conv2.weight)
        nn.init.zeros_(self.conv2.bias)
        self.same = inner == outer
        if not self.same:
            self.nin_shortcut = nn.Conv2d(inner, outer, 1)

    def forward(self, x):
        h = self.conv1(F.silu(self.norm1(x), inplace=True))
        h = self.conv2(F.silu(self.norm2(h), inplace=True))
        return (x if self.same else self.nin_shortcut(x)) + h


class VaeAttention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = norm(width, 1e-6)
        self.q, self.k, self.v, self.proj_out = (nn.Conv2d(width, width, 1) for _ in range(4))
        nn.init.zeros_(self.proj_out.weight)
        nn.init.zeros_(self.proj_out.bias)

    def forward(self, x):
        b, c, h, w = x.shape
        y = self.norm(x)
        q, k, v = (layer(y).flatten(2).transpose(1, 2) for layer in (self.q, self.k, self.v))
        y = ((q * c ** -0.5) @ k.transpose(1, 2)).softmax(-1) @ v
        return x + self.proj_out(y.transpose(1, 2).reshape(b, c, h, w))


class Decoder(nn.Module):
    """Latent [B, 4, h, w] as the UNet has it to a picture [B, 3, 8 h, 8 w] in -1..1.

    The residual blocks at the picture's own size stay what they are at the beginning: they add nothing. They
    would be two thirds of the work, and edges become sharp without them: smooth ramps are enlarged, and cut off
    by the last SiLU.
    """

    def __init__(self, width=64, mult=(1, 1, 2, 2)):
        super().__init__()
        now = width * mult[-1]
        self.conv_in = nn.Conv2d(4, now, 3, padding=1)
        self.mid = named(block_1=VaeResidual(now, now), attn_1=VaeAttention(now), block_2=VaeResidual(now, now))
        levels = []
        for level in reversed(range(len(mult))):
            blocks = nn.ModuleList([VaeResidual(now, width * mult[level]), VaeResidual(width * mult[level], width * mult[level])])
            now = width * mult[level]
            levels.insert(0, named(block=blocks, **({"upsample": Up(now)} if level else {})))
        self.up = nn.ModuleList(levels)
        self.norm_out, self.conv_out = norm(now, 1e-6), nn.Conv2d(now, 3, 3, padding=1)
        # What comes from below begins by passing through, smoothly enlarged.
        smooth = torch.tensor([0.25, 0.5, 0.25])
        for level in self.up:
            if "upsample" in level:
                conv = level["upsample"].conv
                with torch.no_grad():
                    conv.weight *= 0.3
                    conv.weight += torch.eye(conv.weight.shape[0])[:, :, None, None] * smooth[:, None] * smooth
        self.up[0]["block"].requires_grad_(False)

    def forward(self, z):
        x = self.conv_in(z)
        x = self.mid["block_2"](self.mid["attn_1"](self.mid["block_1"](x)))
        for number, level in reversed(list(enumerate(self.up))):
            if number:
                for block in level["block"]:
                    x = block(x)
            if "upsample" in level:
                x = level["upsample"](x)
        return self.conv_out(F.silu(self.norm_out(x)))


class LinearEncoder(nn.Module):
    """Picture [B, 3, H, W] in -1..1 to latent [B, 4, H / 8, W / 8]: one linear filter of 16x16 pixels.

    It begins as the principal components of 8x8 patches and learns the rest together with a decoder. Being
    linear it costs next to nothing to train, is smooth, and fits exactly into SD's encoder (`export.py`
    shows how).
    """

    def __init__(self):
        super().__init__()
        self.filter = nn.Conv2d(3, 4, 16, stride=8, padding=4)

    @torch.no_grad()
    def begin(self, pictures):
        """Starts from the principal components of the 8x8 patches of `pictures` [B, 3, H, W]."""
        patches = F.unfold(pictures, 8, stride=8).transpose(1, 2).reshape(-1, 192)
        patches = patches - patches.mean(0)
        values, vectors = torch.linalg.eigh(patches.T @ patches / len(patches))
        self.filter.weight.zero_()
        self.filter.weight[:, :, 4:12, 4:12] = vectors[:, -4:].flip(1).T.reshape(4, 3, 8, 8)
        self.settle(pictures)

    @torch.no_grad()
    def settle(self, pictures):
        """Shifts and scales every channel to mean 0, standard deviation 1 over `pictures`."""
        z = self(pictures)
        mean, std = z.mean(dim=(0, 2, 3)), z.std(dim=(0, 2, 3))
        self.filter.weight /= std[:, None, None, None]
        self.filter.bias.copy_((self.filter.bias - mean) / std)
        return mean, std

    def forward(self, x):
        return self.filter(x)


class QuickDecoder(nn.Module):
    """A cheap decoder, all at the latent's size, that teaches the encoder. It is not part of the model."""

    def __init__(self, width=128, depth=4):
        super().__init__()
        self.first = nn.Conv2d(4, width, 3, padding=1)
        self.blocks = nn.ModuleList(nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.SiLU(), nn.Conv2d(width, width, 3, padding=1)) for _ in range(depth))
        self.last = nn.Conv2d(width, 192, 3, padding=1)

    def forward(self, z):
        x = self.first(z)
        for block in self.blocks:
            x = x + block(F.silu(x))
        return F.pixel_shuffle(self.last(F.silu(x)), 8)


# ------------------------------------------------------------------------------------------------ diffusion
def alphas_cumprod():
    """The training schedule of Stable Diffusion: 1000 steps, scaled linear."""
    betas = torch.linspace(0.00085 ** 0.5, 0.012 ** 0.5, 1000, dtype=torch.float64) ** 2
    return torch.cumprod(1 - betas, 0).float()
