#!/usr/bin/env bash
# On a machine with an NVIDIA card: the self test, then full SD 1.5 at 512x512 and full SDXL at
# 1024x1024, 20 steps, in f16 and bf16, beside diffusers in f16 on the same card; first start
# against second start (kernels compiled, then found again); the card's memory before a model is
# loaded, with it, while sampling, in the decode and afterwards, by family and size. That two UNets
# on the card give the bits of one in strict mode is a line of the self test ("guidance").
#
#     benches/gpu.sh PYTHON SD15 SDXL [DEVICE [PROGRAM]]
#
# PYTHON is an interpreter with torch and diffusers (or `-` to leave them out), SD15 and SDXL are
# checkpoints, DEVICE is cuda:0 unless given, PROGRAM the built aiimagegen (built here if not
# given). Needs nvidia-smi.
set -euo pipefail
if (($# < 3)); then
    sed -n '2,13s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
python=$1 sd15=$2 sdxl=$3 device=${4:-cuda:0} program=${5:-}
cd "$(dirname "$0")/.."
if [ -z "$program" ]; then
    cargo build --release
    program=target/release/aiimagegen
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
settings=$work/settings

# Runs a command; says afterwards the most memory of the card that was in use meanwhile.
watched() {
    nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits --loop-ms=100 \
        --id="${device##*:}" >"$work/memory" &
    local watch=$!
    "$@" || echo "failed: $*"
    kill "$watch"
    echo "peak memory of the card: $(sort -n "$work/memory" | tail -1) MiB"
}

nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv
echo "== self test"
"$program" --settings "$settings" selftest --device "$device" || true
for start in first second; do
    echo "== $start start, SD 1.5, one step"
    time "$program" --settings "$settings" generate "a lighthouse" --checkpoint "$sd15" \
        --size 512x512 --steps 1 --device "$device" --output "$work/$start.png"
done
for precision in f16 bf16; do
    echo "== SD 1.5, 512x512, $precision"
    watched "$program" --settings "$settings" bench --checkpoint "$sd15" --size 512x512 \
        --steps 20 --repeats 3 --device "$device" --precision "$precision"
    echo "== SDXL, 1024x1024, $precision"
    watched "$program" --settings "$settings" bench --checkpoint "$sdxl" --size 1024x1024 \
        --steps 20 --repeats 3 --device "$device" --precision "$precision"
done
in_use() {
    echo "$1: $(nvidia-smi --query-gpu=memory.used --format=csv,noheader --id="${device##*:}") in use"
}
sizes() {
    local size
    for size in "$@"; do printf -- '--size %sx%s ' "$size" "$size"; done
}
memory() {
    echo "== memory, $1"
    in_use "before"
    "$program" --settings "$settings" bench --checkpoint "$2" $(sizes "${@:3}") \
        --steps 2 --repeats 1 --device "$device" --precision f16
    in_use "after"
}
memory "SD 1.5" "$sd15" 512 768 1024
memory "SDXL" "$sdxl" 768 1024 1536

[ "$python" = - ] && exit 0

# Seconds of a step and of the decode of diffusers' pipeline, from the times between its steps.
cat >"$work/peer.py" <<'PYTHON'
import sys
import time

import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline

kind, checkpoint, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
pipeline = StableDiffusionPipeline if kind == "sd15" else StableDiffusionXLPipeline
pipe = pipeline.from_single_file(checkpoint, torch_dtype=torch.float16).to("cuda")
pipe.set_progress_bar_config(disable=True)
for repeat in range(4):
    times = []

    def note(pipe, step, timestep, kwargs):
        torch.cuda.synchronize()
        times.append(time.time())
        return kwargs

    pipe("a lighthouse", height=size, width=size, num_inference_steps=20, callback_on_step_end=note)
    torch.cuda.synchronize()
    end = time.time()
    steps = sorted(b - a for a, b in zip(times, times[1:]))
    if repeat:
        print(f"diffusers {kind} {size}: {steps[len(steps) // 2]:.4f} s/step, decode {end - times[-1]:.3f} s")
PYTHON
echo "== diffusers, f16"
watched "$python" "$work/peer.py" sd15 "$sd15" 512
watched "$python" "$work/peer.py" sdxl "$sdxl" 1024
