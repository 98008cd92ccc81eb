#!/bin/bash
# The volume's rules: soft, the attribute cache, connections.
# shellcheck source-path=SCRIPTDIR disable=SC2016,SC2317
. "$(dirname "$0")/nfs_sandbox.sh"

echo old >"$work/server/results/file"
chown -R "$user:$user" "$work/server/results"

RECOVERY=soft TIMEOUT_MS=1000 "$nfs_mount" "${volume[@]}" bash -c "
    exec 3>held; touch $work/local/started
    until [ -e $work/local/hangs ]; do sleep 0.05; done
    began=\${EPOCHREALTIME/./}
    cat file 2>$work/local/said; echo \$? >$work/local/read
    echo x >&3; python3 -I -c 'import os; os.fsync(3)' 2>>$work/local/said; echo \$? >$work/local/write
    echo \$(((\${EPOCHREALTIME/./} - began) / 1000)) >$work/local/milliseconds
    until [ -e $work/local/back ]; do sleep 0.05; done
    cat file >$work/local/content" 2>"$work/log" &
mount_process=$!
within 10 test -e "$work/local/started"
freeze "$server"
touch "$work/local/hangs"
ok "a soft volume does not wait for ever" within 10 test -e "$work/local/milliseconds"
like "its read fails" '^1$' "$work/local/read"
like "its fsync too" '^1$' "$work/local/write"
like "with EIO" 'Input/output error' "$work/local/said"
ok "in time" test "$(cat "$work/local/milliseconds")" -lt 4000 -a "$(cat "$work/local/milliseconds")" -ge 1000
kill -CONT "$server"
touch "$work/local/back"
ok "and it goes on when the server does" wait "$mount_process"
like "with the right answers" '^old$' "$work/local/content"
like "what the program was told of counts as told" '^stopped: .* lost 0$' "$work/log"
rm -f "$work"/local/*

# Whoever wrote is gone when the write fails.
RECOVERY=soft TIMEOUT_MS=1000 "$nfs_mount" "${volume[@]}" bash -c "
    python3 -I -c 'import os, signal, time
file = os.open(\"unheard\", os.O_CREAT | os.O_WRONLY)
open(\"$work/local/started\", \"w\")
while not os.path.exists(\"$work/local/hangs\"): time.sleep(0.05)
os.write(file, bytes(5000))
os.kill(os.getpid(), signal.SIGKILL)'
    sleep 2" 2>"$work/log" &
mount_process=$!
within 10 test -e "$work/local/started"
freeze "$server"
touch "$work/local/hangs"
wait "$mount_process"
kill -CONT "$server"
like "a write whose failure nobody hears of is counted" '^stopped: .* lost 5000$' "$work/log"
rm -f "$work"/local/*
mounted bash -c 'exec 3>heard; echo x >&3' 2>"$work/log"
like "and nothing else" '^stopped: .* lost 0$' "$work/log"

# sees SECONDS: what a mount takes for the mode of a file that was changed behind its back.
sees() {
    mounted chmod 644 file 2>/dev/null
    sleep "${UNCHANGED:-0}"
    # A moment after the mount, when the names of its directory count (nfs/name/names.h).
    mounted bash -c "sleep 0.1; stat -c %a file >/dev/null; touch $work/local/asked
        until [ -e $work/local/changed ]; do sleep 0.02; done
        stat -c %a file; sleep $1; stat -c %a file" >"$work/local/modes" 2>"$work/log" &
    local process=$!
    within 5 test -e "$work/local/asked"
    "$nfs_mount" "${volume[@]}" chmod 600 file 2>/dev/null
    touch "$work/local/changed"
    wait "$process"
    rm "$work/local/asked" "$work/local/changed"
    tr '\n' ' ' <"$work/local/modes"
}

ok "attributes hold for 3 s at first" test "$(sees 3.2)" = "644 600 "
ok "and longer what has not changed for longer" test "$(UNCHANGED=6 sees 3.2)" = "644 644 "
ok "or for as long as the policy says" test "$(ATTRIBUTE_CACHE_MS=2000 sees 2.1)" = "644 600 "
ok "or not at all" test "$(ATTRIBUTE_CACHE_MS=0 sees 0)" = "600 600 "

ATTRIBUTE_CACHE_MS=0 mounted bash -c "exec 3>through; echo data >&3; cat $work/server/results/through" >"$work/output2" 2>/dev/null
like "without a cache, a write is at the server when it returns" '^data$' "$work/output2"

# connections COUNT: how many there are, and how many from a reserved port.
connections() {
    CONNECTIONS=$1 mounted bash -c 'sleep 0.5; ss -Htn state established "dport = :2049"' 2>/dev/null |
        awk '{ sub(/.*:/, "", $3); all++; reserved += $3 + 0 < 1024 } END { print all, reserved }'
}
ok "one connection, from a reserved port" test "$(connections 1)" = "1 1"
ok "or as many as the policy says" test "$(connections 5)" = "5 5"
CONNECTIONS=17 mounted true >"$work/log" 2>&1
like "and no more than sixteen" 'no valid .connections' "$work/log"
RECOVERY=firm mounted true >"$work/log" 2>&1
like "another recovery is refused" 'no valid .recovery' "$work/log"

# Forty groups, in an order of their own, the user's own one first: each has a directory.
groups=$(seq -s ' ' 3040 -1 3001)
for group in $groups; do
    install -d -m 070 -o root -g "$group" "$work/server/results/of-$group"
    touch "$work/server/results/of-$group/file"
done
GIDS=$user,${groups// /,} mounted bash -c "
    for group in $groups; do [ ! -e of-\$group/file ] || echo \$group; done" >"$work/output2" 2>/dev/null
ok "of forty groups, the server sees the first sixteen beside the user's own" \
    test "$(paste -sd ' ' "$work/output2")" = "$(seq -s ' ' 3040 -1 3025)"

finish
