#!/bin/bash
# Two nodes do random programs by turns; what each sees is judged by one local file system.
#
# What the kernel's client is known to see (nfs_pair_kernel.json), ours must see as well.
# The file server's times are as fine as its file system's, of milliseconds, and of whole seconds.
# ATELIER_PAIR_OPERATIONS (1500) says how many a run, ATELIER_PAIR_SEEDS (one, from the clock)
# which.
# shellcheck source-path=SCRIPTDIR disable=SC2154,SC2317
. "$(dirname "$0")/nfs_sandbox.sh"

operations=${ATELIER_PAIR_OPERATIONS:-1500}
seeds=${ATELIER_PAIR_SEEDS:-$(date +%s)}
cp "$here"/nfs_pair*.{py,json} "$here/nfs_hand.py" "$work/"
pair=(/usr/bin/python3 -B "$work/nfs_pair.py")
mkdir "$work/judge"

serve() {
    [ "$1" = 1 ] || export ATELIER_PAIR_COARSE=1
    restart_with_times "$1"
}

has_grain() {
    local time
    time=$(mounted date -r . +%N) && [ $((10#$time % $1)) = 0 ]
}

judged() { # SEED OPERATIONS
    local place="$nfs_mount ${volume[*]}"
    local -a known=("$work/nfs_pair_kernel.json")
    [ "$grain" = 1 ] || known=()
    if [ ! -e "$work/$1.trace" ]; then # what is true does not depend on the server's times
        mkdir "$work/local/$1" || return
        "${pair[@]}" record "$1" "$2" "$work/local/$1" "$work/local/$1" >"$work/$1.trace" || return
    fi
    "${pair[@]}" record "$1" "$2" "$place" "$place" >"$work/ours.trace" || return
    "${pair[@]}" judge "$work/judge" "$work/$1.trace" "$work/ours.trace" "${known[@]}"
}

for grain in 1 1000000 1000000000; do
    serve $grain
    ok "the server's times are multiples of $grain ns" has_grain $grain
    ok "what once went wrong, times of $grain ns" judged rows 0
    for seed in $seeds; do
        ok "seed $seed: $operations operations, times of $grain ns" \
            judged "$seed" "$operations"
    done
    [ $grain = 1 ] || continue
    for seed in 7 8; do # as the kernel's client was asked for nfs_pair_kernel.json
        ok "seed $seed: nothing is seen later than by the kernel's client" \
            judged $seed 1000
    done
done
finish
