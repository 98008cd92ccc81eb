#!/bin/bash
# The whole storage of a job: the policy engine, the keeper, the NFS client and a real server.
. "$(dirname "$0")/nfs_sandbox.sh"
. "$here/nfs_job.sh"

fails() {
    ! "$@"
}

ok "the job's volumes are mounted" start
ok "the user writes a file, which is the user's on the server" eval '
    as_user sh -c "echo 12345 >$place/mounts/results/file" &&
    [ "$(stat -c %u "$work/server/results/file")" = "$user" ]'
ok "root opens an output file for the user, as slurmstepd does" eval '
    in_job sh -c "echo output >$place/mounts/results/slurm-7.out" >/dev/null'
ok "the host sees no volume" eval '[ -z "$(ls -A "$place/mounts")" ]'
ok "the policy reaches the step" eval 'in_job | grep -qx env.TEAM=vision'
ok "the job ends" stop
like "the log has the volume's bytes" "results.bytes_written=13" "$place/log"
ok "nothing is left" nothing_left

ok "another team's workspace is refused on the node" exits 1 start workspace=nlp account=nlp
ok "and its job ends" stop

sed -i '/^volume/s/ }$/, probe = "write" }/' "$place/policy.lua"
ok "the write probe of the policy passes" start
ok "and leaves nothing" eval '[ -z "$(find "$work/server" -name ".atelier*")" ]'
ok "its job ends" stop
chmod 500 "$work/server/results"
ok "and where the user may not write" exits 1 start
like "it says so" "results.*cannot be written by the job's user: .*Permission denied" "$work/said"
ok "its job ends, too" stop
chmod 755 "$work/server/results"

# Locks: this server then has no lock manager.
lock='flock -n "$0" true'
ok "a job starts" start
ok "its locks are the server's" as_user sh -c "$lock" "$place/mounts/results/file"
ok "its job ends" stop
stop_server
sed -i 's/Enable_NLM = true/Enable_NLM = false/' "$work/ganesha.conf"
rpcinfo -d 100021 4
start_server
ok "another" start
ok "... has none where the server has none" exits 71 as_user sh -c "$lock" "$place/mounts/results/file"
like "... and is told" "No locks available" "$work/output"
ok "its job ends" stop
sed -i 's/deadline = 1/&, locks = "node"/' "$place/policy.lua"
ok "where the policy has them on the node" start
ok "... they are there" as_user sh -c "$lock" "$place/mounts/results/file"
ok "... and hold" exits 1 as_user sh -c "exec 3<\$0; flock 3; $lock" "$place/mounts/results/file"
ok "its job ends" stop

stop_server
ok "a server that is down fails the job" exits 1 start
like "the sentence names workspace, node and server" \
    "workspace .vision. on node n1 after 0.[0-9] s: .*store.*127.0.0.1" "$work/said"
ok "and its job ends" stop
ok "nothing is left" nothing_left

start_server
ok "it is back: the next job starts" start
ok "with the file" as_user cat "$place/mounts/results/file"
freeze "$server"
began=$SECONDS
rm "$place/log"
ok "a server that hangs" stop
ok "does not hold up the end" [ "$((SECONDS - began))" -le 5 ]
ok "... nor loses what nobody wrote" fails grep lost "$place/log"
kill -CONT "$server"
ok "nothing is left" nothing_left

# The server hangs with data on its way, and whoever wrote it is killed.
writer() { # BYTES: writes and goes on; $writer is its number
    as_user /usr/bin/python3 -c "
import os, time
file = os.open('$place/mounts/results/held', os.O_CREAT | os.O_WRONLY)
open('$work/local/opened', 'w')
while not os.path.exists('$work/local/hangs'): time.sleep(0.02)
os.write(file, bytes($1))
open('$work/local/written', 'w')
time.sleep(60)" &
    within 5 test -e "$work/local/opened"
}
kill_writer() {
    pkill -KILL -u "$user" python3
    within 15 eval '! pgrep -u "$user" python3'
}
ok "a job that writes" start
ok "... has its file open" writer 777777
freeze "$server"
touch "$work/local/hangs"
ok "... and writes while the server hangs" within 5 test -e "$work/local/written"
kill_writer
rm "$place/log"
began=$SECONDS
ok "... ends" stop
ok "... in time" [ "$((SECONDS - began))" -le 5 ]
like "... and the log has what was not confirmed" " atelier: stopped .*results.bytes_lost=777777 " "$place/log"
like "... with the sentence" "error=\"workspace .vision. on node n1: volume .results. of file \
server .store. .127.0.0.1.: the server did not confirm 777777 of the bytes that the job wrote before \
its end; they may be missing; check the files that were written last\"" "$place/log"
kill -CONT "$server"
rm "$work"/local/*
ok "another" start
ok "... has its file open" writer 777777
touch "$work/local/hangs"
ok "... and writes while the server is well" within 5 test -e "$work/local/written"
kill_writer
rm "$place/log"
ok "... ends" stop
like "... without loss" " atelier: stopped .*results.bytes_written=777777 results.seconds=[0-9.]*$" "$place/log"
ok "... but with its data" [ "$(stat -c %s "$work/server/results/held")" = 777777 ]
ok "nothing is left" nothing_left

# As many volumes as a job may have: of one file server they are one process.
many() { # SERVERS: a policy with 64 volumes of so many file servers
    local i
    for ((i = 0; i < $1; i++)); do
        echo "file_server \"s$i\" { host = \"127.0.0.1\", port = 2049, mount_port = 20048 }"
    done
    for ((i = 0; i < 64; i++)); do
        mkdir -p "$work/server/results/v$i"
        echo "volume \"v$i\" { server = \"s$((i % $1))\", export = \"$work/server/results/v$i\" }"
    done
    echo "cluster \"cpu\" { partition = \"cpu\" }
        workspace \"vision\" { account = \"vision\", clusters = { \"cpu\" },
            users = { \"$(id -nu "$user")\" }, volumes = { $(printf '"v%s", ' {0..63}) } }"
}
clients() {
    pgrep -c -x atelier-nfs
}
megabytes() { # resident, of the keeper and its clients
    pgrep 'atelier-(nfs|keeper)' | while read -r process; do
        awk '/^(RssAnon)/ { print $2 }' "/proc/$process/status"
    done | awk '{ all += $1 } END { print int(all / 1024) }'
}
for servers in 1 16; do
    many "$servers" >"$place/policy.lua"
    chown -R "$user" "$work/server/results"
    ok "64 volumes of $servers file servers" start
    ok "... are mounted" [ "$(in_job cat /proc/self/mountinfo | grep -c " $place/mounts/v.*fuse.atelier")" = 64 ]
    ok "... by $servers processes" [ "$(clients)" = "$servers" ]
    ok "... in $(megabytes) MB" [ "$(megabytes)" -lt $((8 + 2 * servers)) ]
    ok "... the user writes to each" as_user bash -e -c "for i in {0..63}; do echo \$i >$place/mounts/v\$i/file; done"
    ok "... and the server has it" [ "$(cat "$work"/server/results/v*/file | sort -n | tail -n 1)" = 63 ]
    began=$SECONDS
    ok "... the job ends" stop
    ok "... in time" [ "$((SECONDS - began))" -le 4 ]
    ok "... nothing is left" nothing_left
done
sed -i 's/"v63", /"v63", "v64"/' "$place/policy.lua"
echo 'volume "v64" { server = "s0", export = "/" }' >>"$place/policy.lua"
ok "one more is too many for a policy: the last good one decides" start
like "... and the log has the number" " atelier: broken-policy .*volumes.*64" "$place/log"
ok "... the job ends" stop
finish
