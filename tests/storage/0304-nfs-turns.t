#!/bin/bash
# Two nodes at one export by turns, at random: what one closed, the other reads when it opens.
#
# ATELIER_TURNS (300) says how many, ATELIER_ORACLE_SEEDS (one, from the clock) which.
# shellcheck source-path=SCRIPTDIR disable=SC2154
. "$(dirname "$0")/nfs_sandbox.sh"
. "$here/nfs_nodes.sh"

turns=${ATELIER_TURNS:-300}
cp "$here/nfs_lock_node.py" "$here/nfs_turns.py" "$work/"

# by_turns SEED [names]: passes on what nfs_turns.py wants done.
by_turns() {
    local node line file answer status
    coproc TURNS { /usr/bin/python3 -B "$work/nfs_turns.py" "$1" "$turns" "${@:2}" 2>"$work/said"; }
    file=${TURNS[1]} answer=$TURNS_PID
    while read -r node line; do
        on "$node" "$line" >&"$file"
    done <&"${TURNS[0]}"
    wait "$answer" 2>/dev/null
    status=$?
    cat "$work/said"
    [ "$status" = 0 ] && [ ! -s "$work/said" ]
}

for seed in ${ATELIER_ORACLE_SEEDS:-$(date +%s)}; do
    for names in "" names; do
        [ -z "$names" ] || export ATTRIBUTE_CACHE_MS=0
        for name in a b; do
            node "$name" /usr/bin/python3 -B "$work/nfs_lock_node.py"
        done
        on a "os.mkdir('$seed$names') or os.chdir('$seed$names')" >/dev/null
        on b "os.chdir('$seed$names')" >/dev/null
        ok "$turns turns of seed $seed${names:+, names too, with no cache}" by_turns "$seed" $names
        end_nodes
        unset ATTRIBUTE_CACHE_MS
    done
done
finish
