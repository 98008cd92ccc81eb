#!/bin/bash
# Processes of several nodes change the same files at once, under locks: nothing is lost.
#
# ATELIER_CROWD_NODES (3), _PROCESSES (3) of each and _ROUNDS (50) of each process say how many.
# shellcheck source-path=SCRIPTDIR disable=SC2154,SC2317
. "$(dirname "$0")/nfs_sandbox.sh"

nodes=${ATELIER_CROWD_NODES:-3} processes=${ATELIER_CROWD_PROCESSES:-3}
rounds=${ATELIER_CROWD_ROUNDS:-50}
cp "$here"/nfs_crowd.py "$here/nfs_hand.py" "$work/"
crowd=(/usr/bin/python3 -B "$work/nfs_crowd.py")

all_work() {
    local node
    local -a working=()
    for node in $(seq "$nodes"); do
        mounted "${crowd[@]}" work "$node" "$processes" "$rounds" &
        working+=($!)
    done
    for node in "${working[@]}"; do
        wait "$node" || return
    done
}

mounted "${crowd[@]}" prepare 2>"$work/said"
ok "$nodes nodes of $processes processes, $rounds rounds each" all_work
cd "$work/server/results" || exit
ok "... and all that they changed is there" "${crowd[@]}" check $((nodes * processes * rounds))
finish
