#!/bin/bash
# Who gets a lock next: nobody is shut out, nobody asks the server more than it takes, and who
# is in nobody's way does not wait. tests/bench/volumes locks has the figures; bounds are wide here.
# shellcheck source-path=SCRIPTDIR disable=SC2016,SC2154,SC2317
. "$(dirname "$0")/nfs_sandbox.sh"
. "$here/nfs_nodes.sh"

cp "$here/nfs_lock_node.py" "$here/../bench/volume_locks.py" "$work/"
python="/usr/bin/python3 -B"
/usr/bin/python3 -B "$here/../bench/nfs_relay.py" 3051 locks 3052 &
relay=$!
within 10 bash -c 'exec 3<>/dev/tcp/127.0.0.1/3052'

# calls: how many the lock manager has had.
calls() {
    awk '{ sum += $2 } END { print sum }' </dev/tcp/127.0.0.1/3052
}

# ranks NODES HOW RANKS COUNT NAME [MORE...]: what volume_locks.py says of them, in $waits.
ranks() {
    local nodes=$1 start processes=()
    shift
    rm -f "$work"/local/report.*
    start=$(awk -v now="$EPOCHREALTIME" 'BEGIN { printf "%.3f", now + 3 }')
    for ((i = 0; i < nodes; i++)); do
        mounted $python "$work/volume_locks.py" "$1" "$2" "$3" "$start" "$work/local/report.$i" "${@:4}" \
            2>/dev/null &
        processes+=($!)
    done
    wait "${processes[@]}"
    waits=$($python "$work/volume_locks.py" sum "$work"/local/report.*)
    read -r turns mean _ _ longest fewest most <<<"$waits"
    echo "# $nodes nodes x $2: $turns turns a second, waits of $mean ms, at most $longest, $fewest to $most turns"
}

ranks 2 seconds 1 5 alternating write
ok "two nodes have a lock by turns ($fewest and $most in 5 s)" \
    awk -v few="$fewest" -v many="$most" 'BEGIN { exit !(few > 20 && few > many / 10) }'
ranks 2 seconds 1 6 long 50
ok "also when each holds it for 50 ms ($fewest and $most in 6 s)" \
    awk -v few="$fewest" -v many="$most" 'BEGIN { exit !(few > 2 && few > many / 10) }'
ranks 3 turns 4 50 twelve write
ok "twelve ranks on three nodes all come to their end, and none waits 20 times as long as most ($longest ms)" \
    awk -v longest="$longest" -v mean="$mean" 'BEGIN { exit !(longest < 20 * mean || longest < 1000) }'
ok "and the file has a line of each turn" \
    test "$(sort -u "$work/server/results/twelve" | wc -l)" -ge 50 -a "$(wc -l <"$work/server/results/twelve")" = 600

for name in a b; do
    node "$name" $python "$work/nfs_lock_node.py"
done

# comes WHO...: they have their lock on node a, in this order, and nobody else.
comes() {
    local heard=
    for _ in "$@"; do
        heard+=" $(on a 'came()')"
    done
    [ "$heard" = " $*" ] || { echo "heard$heard" && return 1; }
}

nobody_comes() {
    [ "$(on a 'came(0.5)')" = nobody ]
}

on b 'lock()' >/dev/null
for one in 1 2 3 4 5; do
    on a "waiting(later('$one', 'lock()'))" >/dev/null
done
ok "who waits for another node's lock does not get it" nobody_comes
sleep 2
before=$(calls)
sleep 3
asked=$(($(calls) - before))
ok "five that wait ask no more often than one ($asked calls in 3 s)" test "$asked" -lt 100
on b 'lock("UN")' >/dev/null
ok "they get it in the order of their asking" comes 1 2 3 4 5

on b 'lock("EX", 10, 0)' >/dev/null
on a 'waiting(later("1", "lock(\"EX\", 10, 0)"))' >/dev/null
on a 'later("2", "lock(\"EX\", 10, 10)")' >/dev/null
ok "nobody waits behind who waits for other bytes" comes 2
on a 'waiting(later("3", "lock(\"SH\", 5, 0)", "lock(\"SH\", 5, 0)"))' >/dev/null
on a 'waiting(later("4", "lock(\"SH\", 5, 0)", "lock(\"SH\", 5, 0)"))' >/dev/null
on b 'lock("UN")' >/dev/null
ok "the older one is the first" test "$(on a 'came()')" = 1
ok "and the shared ones come together" test "$(on a '"".join(sorted(came() + came()))')" = 34
end_nodes
for name in a b; do
    node "$name" $python "$work/nfs_lock_node.py"
done

# An older wish for bytes 0 to 19 waits for one node's bytes 0 to 4; nobody holds 10 to 14.
on b 'lock("SH", 5, 0)' >/dev/null
on b 'lock("EX", 5, 10)' >/dev/null
on a 'waiting(later("1", "lock(\"EX\", 20, 0)"))' >/dev/null
on a 'waiting(later("2", "lock(\"SH\", 5, 10)"))' >/dev/null
ok "two wait for a node's locks" nobody_comes
on b 'lock("UN", 5, 10)' >/dev/null
ok "one is given up: who waits for that alone does not wait for the older" comes 2
on b 'lock("UN")' >/dev/null
ok "whose turn comes as well" comes 1

on b 'lock()' >/dev/null
killed=$(on a 'waiting(later("1", "lock()"))')
on a 'waiting(later("2", "lock()"))' >/dev/null
on a "os.kill($killed, 9) or os.waitpid($killed, 0)[0] and None" >/dev/null
on b 'lock("UN")' >/dev/null
ok "one that is killed while it waits leaves its place to the next" comes 2

on b 'lock()' >/dev/null
on a 'waiting(later("1", "signals(0.2) or lock()"))' >/dev/null
sleep 0.3
on a 'waiting(later("2", "lock()"))' >/dev/null
sleep 0.5
on b 'lock("UN")' >/dev/null
ok "one that signals interrupt all the time keeps its place" comes 1 2

# Where one node holds the lock and gives it up only to take it again.
on b 'later("h", "hog(40)")' >/dev/null
on a 'later("1", "lock()")' >/dev/null
sleep 0.5
ok "a node that takes its lock again and again lets another in" comes 1
end_nodes
kill "$relay"
finish
