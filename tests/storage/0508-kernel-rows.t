#!/bin/bash
# What two nodes see of each other by the kernel's client, in a guest: the lines of atelier-volume(7),
# and the same random programs as by ours, which sees at least what the kernel's does.
#
# ATELIER_PAIR_OPERATIONS (100) says how many a run, ATELIER_PAIR_SEEDS (one, from the clock) which;
# ATELIER_ROWS_WAIT=yes also waits for what is not seen at once.
# Long: an emulated guest.
# shellcheck source-path=SCRIPTDIR disable=SC2154,SC2317
. "$(dirname "$0")/guest.sh"
. "$(dirname "$0")/nfs_sandbox.sh"
needs_guest /usr/sbin/mount.nfs

operations=${ATELIER_PAIR_OPERATIONS:-100}
seeds=${ATELIER_PAIR_SEEDS:-$(date +%s)}
waits=${ATELIER_ROWS_WAIT:-no}
python=(/usr/bin/python3 -B)
cp "$here"/nfs_rows*.py "$here"/nfs_pair*.py "$here/nfs_hand.py" "$work/"
declare -p operations seeds waits >"$work/settings"

guest() {
    MODULES="nfsv3 veth" LIMIT=${LIMIT:-$((300 * ${CHECK_PATIENCE:-1}))} run_guest rows.sh "$here/../qemu/rows.sh" "$here/../qemu/pair.sh" \
        "$work"/*.py "$work/settings" >"$work/said"
}

# One local file system, and two of our clients.
others() {
    local place="$nfs_mount ${volume[*]}"
    for seed in $seeds; do
        mkdir "$work/local/$seed"
        "${python[@]}" "$work/nfs_pair.py" record "$seed" "$operations" \
            "$work/local/$seed" "$work/local/$seed" >"$work/local.$seed"
        "${python[@]}" "$work/nfs_pair.py" record "$seed" "$operations" "$place" "$place" \
            >"$work/ours.$seed"
    done
}

# What the guest said but for what it handed out.
complaints() {
    grep -vE '^([A-Za-z0-9+/=]{40,}|(begin|end) .*)$' "$work/said" | sed 's/^/# /'
}

ran() {
    local booted
    guest &
    booted=$!
    others 2>/dev/null
    wait "$booted" || ! cat "$work/said"
}

handed() {
    for name in long mounts $([ "$waits" = no ] || echo short) $(printf 'trace.%s ' $seeds); do
        handed_out "$name" "$work/said" >"$work/$name"
        [ -s "$work/$name" ] || ! echo "no $name" || return
    done
}

two_mounts() {
    cat "$work/mounts"
    [ "$(grep 'vers=3.*local_lock=none' "$work/mounts" | cut -d' ' -f3 | sort -u | wc -l)" = 2 ]
}

judged() {
    local files=("$work/long")
    [ "$waits" = no ] || files+=("$work/short")
    "${python[@]}" "$work/nfs_rows_judge.py" "$here/../../doc/atelier-volume.7" kernel "${files[@]}"
}

yardstick() { # SEED
    "${python[@]}" "$work/nfs_pair.py" judge "$work/judge" "$work/local.$1" "$work/trace.$1"
}

fresh() { # SEED
    "${python[@]}" "$work/nfs_pair.py" known "$work/local.$1" "$work/trace.$1" \
        >"$work/known" || return
    "${python[@]}" "$work/nfs_pair.py" judge "$work/judge" "$work/local.$1" "$work/ours.$1" \
        "$work/known"
}

ok "two nodes in a guest" ran
ok "... say what they saw" handed
complaints
ok "... on two mounts that share nothing" two_mounts
while IFS=$'\t' read -r verdict text why; do
    verdict "$verdict" "the kernel's client: $text"
    [ -z "$why" ] || echo "# $why"
done < <(judged)
mkdir "$work/judge"
for seed in $seeds; do
    ok "seed $seed, $operations operations: the kernel's client keeps the rules" yardstick "$seed"
    ok "seed $seed, $operations operations: ours sees what the kernel's does" fresh "$seed"
done
finish
