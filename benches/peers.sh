#!/usr/bin/env bash
# Times this program beside diffusers and OpenVINO on a full SD 1.5 checkpoint in f32, one after
# the other on the same machine, and prints the ratios.
#
#     benches/peers.sh KIT PYTHON CHECKPOINT [SIZES]
#
# KIT is the reference kit's folder, PYTHON an interpreter with its packages and openvino,
# CHECKPOINT the file that the kit's make_checkpoint.py writes for sd15, full, f32.
set -euo pipefail
if (($# < 3)); then
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
kit=$1 python=$2 checkpoint=$3 sizes=${4:-256,512} steps=3 repeats=1
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

cargo build --release
flags=()
for size in ${sizes//,/ }; do flags+=(--size "${size}x${size}"); done
target/release/aiimagegen bench --device cpu --checkpoint "$checkpoint" "${flags[@]}" \
    --steps "$steps" --repeats "$repeats" --json >"$out/ours.json"
"$python" "$kit/time_peers.py" --checkpoint "$checkpoint" --sizes "$sizes" --steps "$steps" \
    --engines diffusers,openvino --threads "$(nproc)" >"$out/peers.json"

"$python" - "$out" <<'PYTHON'
import json
import sys

ours = json.load(open(sys.argv[1] + "/ours.json"))["runs"]
peers = json.load(open(sys.argv[1] + "/peers.json"))["runs"]
print(f"{'engine':<12}{'size':>6}{'s/step':>9}{'decode s':>10}{'peak MB':>9}   ours/peer: step, decode")
for run in ours:
    size = run["width"]
    print(f"{'aiimagegen':<12}{size:>6}{run['step_s']:>9.2f}{run['decode_s']:>10.2f}{run['peak_rss_bytes'] / 1e6:>9.0f}"
          f"   load {run['load_s']:.1f} s, encode {run['encode_s']:.2f} s")
    for peer in (peer for peer in peers if peer["size"] == size):
        if "failed" in peer:
            print(f"{peer['engine']:<12}{size:>6}   failed: {peer['failed'][-120:]!r}")
            continue
        step, decode = peer["s_per_step"], peer["vae_decode_s"]
        print(f"{peer['engine']:<12}{size:>6}{step:>9.2f}{decode:>10.2f}{peer.get('peak_rss_mb', float('nan')):>9.0f}"
              f"   {run['step_s'] / step:.2f}, {run['decode_s'] / decode:.2f}")
PYTHON
