#!/bin/sh
# Alternates Tessera and another program on the same step, so that a slow moment of the machine meets both.
#
#   Benchmarks/step.sh SIZE ROUNDS
#
# PEER is the command of the other program; it is called as `$PEER --size SIZE --mode off|monai` and prints JSON.
# Without PEER only Tessera runs. Every line of output is one run; ratios are medians of these.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd -P)
size=${1:-64}
rounds=${2:-3}
round=0
while [ "$round" -lt "$rounds" ]; do
    for mode in off swin; do
        for engine in unfused fused; do
            "$root/tessera" --param size="$size" --param mode=$mode --param engine=$engine --param rounds=1 \
                "$root/Benchmarks/Step/step.tes"
        done
        [ -z "${PEER:-}" ] || {
            peer_mode=$mode
            [ $mode = off ] || peer_mode=monai
            $PEER --size "$size" --mode $peer_mode --iters 1 --nosaved --nopeak --nofwd 2>/dev/null
        }
    done
    round=$((round + 1))
done
