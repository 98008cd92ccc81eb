#!/bin/bash
# The server hangs, dies and comes back; the keeper dies; somebody else asks.
# shellcheck source-path=SCRIPTDIR disable=SC2016
. "$(dirname "$0")/nfs_sandbox.sh"

dd if=/dev/urandom of="$work/server/results/big" bs=1M count=32 status=none
# Another file: who looks for a name that another task looks for waits in the kernel for that one.
truncate -s 1M "$work/server/results/second"
chown -R "$user:$user" "$work/server/results"

# background CMD...: a mount that lives on while the test goes on; its command writes its
# progress to files on local disk.
background() {
    rm -f "$work"/local/*
    "$nfs_mount" "${volume[@]}" "$@" >"$work/log" 2>&1 &
    mount_process=$!
}

# has NAME: a file that the command in the background makes when it got there.
has() {
    within 10 test -e "$work/local/$1"
}

# As on nodes that show nobody the processes of others, which are all of them to the client.
mount -o remount,hidepid=2 /proc
ok "processes are hidden here" bash -c "! setpriv --reuid 2100000007 --regid 2100000007 --clear-groups test -e /proc/1/status"

background bash -c "
    touch $work/local/started
    until [ -e $work/local/hangs ]; do sleep 0.05; done
    cat big & first=\$!
    cat second & echo \$! >$work/local/other
    echo \$first >$work/local/reader
    wait \$!
    echo \$? >$work/local/ended
    wait \$first
    echo \$? >$work/local/status
    until [ -e $work/local/end ]; do sleep 0.05; done" >/dev/null
has started
freeze "$server"
touch "$work/local/hangs"
has reader
sleep 0.5
kill -TERM "$(cat "$work/local/other")"
ok "a signal that ends a program frees its read while the server hangs" has ended
like "the reader died of it" '^143$' "$work/local/ended"
reader=$(cat "$work/local/reader")
ok "a read from a hanging server waits" kill -0 "$reader"
kill -KILL "$reader"
ok "SIGKILL frees the reader while the server hangs" has status
like "the reader died of the signal" '^137$' "$work/local/status"
kill -CONT "$server"
touch "$work/local/end"
ok "the mount ends well afterwards" wait "$mount_process"

# open(2) by ctypes: Python's own would try again after EINTR.
background /usr/bin/python3 -c "
import ctypes, os, signal
hits = []
signal.signal(signal.SIGALRM, lambda *_: hits.append(1))
signal.siginterrupt(signal.SIGALRM, True)
signal.setitimer(signal.ITIMER_REAL, 0.2, 0.2)
open('$work/local/started', 'w')
while not os.path.exists('$work/local/hangs'): pass
libc = ctypes.CDLL(None, use_errno=True)
opened = libc.open(b'big', os.O_RDONLY)
open('$work/local/finish', 'w').write('opened' if opened >= 0 else os.strerror(ctypes.get_errno()))"
has started
freeze "$server"
touch "$work/local/hangs"
sleep 1.5
ok "a timer's signal does not end a wait" test ! -e "$work/local/finish"
kill -CONT "$server"
has finish
like "and the wait ends with the answer" '^opened$' "$work/local/finish"
wait "$mount_process"

# execve(2) closes what is to be closed: the file is written out while the kernel lets nobody look
# at the task, also not the client, who wants to know whether it is dying.
cat >"$work/local.py" <<END
import os, signal
signal.signal(signal.SIGUSR1, lambda *_: None)  # fatal to what comes after it
fd = os.open("closing", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC)
open("$work/local/started", "w").write(str(os.getpid()))
while not os.path.exists("$work/local/hangs"):
    pass
os.write(fd, b"x" * 100000)
open("$work/local/writes", "w").close()
os.execv("/bin/sleep", ["sleep", "0"])
END
background bash -c "/usr/bin/python3 $work/local.py; touch $work/local/finish"
has started
freeze "$server"
touch "$work/local/hangs"
has writes
for _ in {1..20}; do
    kill -USR1 "$(cat "$work/local/started")"
    sleep 0.1
done
kill -CONT "$server"
ok "a signal in an exec that closes a file while the server hangs frees it" has finish
ok "... and the mount goes on" wait "$mount_process"

background bash -c "
    for i in \$(seq 400); do echo \$i >>lines; mkdir d\$i; [ \$i != 20 ] || touch $work/local/started; done
    touch $work/local/finish"
has started
stop_server
sleep 1
ok "work waits for a server that died" test ! -e "$work/local/finish"
start_server
ok "work goes on when the server is back" has finish
ok "the mount survives it" wait "$mount_process"
ok "nothing was lost" test "$(cat "$work/server/results/lines")" = "$(seq 400)"
ok "nothing was done twice or left out" test "$(find "$work/server/results" -name "d*" | wc -l)" = 400

# The server has done some of what was under way, and its answers are lost: it must not do it again,
# nor say of a name that it is there already, or is not there any more.
background bash -c "
    for i in \$(seq 150); do
        mkdir a\$i && mv a\$i b\$i && ln -s x s\$i && ln s\$i t\$i && rmdir b\$i && rm s\$i t\$i || exit 1
        touch $work/local/started
    done 2>$work/local/said
    touch $work/local/finish"
has started
for _ in $(seq 20); do
    ss -K dport = 2049 >/dev/null 2>&1
    sleep 0.1
done
within 30 test -e "$work/local/finish"
ok "nothing is done twice when answers are lost" cat "$work/local/finish" "$work/local/said"
wait "$mount_process"

ss -K dport = 2049 >/dev/null 2>&1
background bash -c "
    touch $work/local/started
    until [ -e $work/local/cut ]; do sleep 0.05; done
    dd if=/dev/zero of=zeros bs=1M count=64 status=none && touch $work/local/finish"
has started
peer=$(ss -Htn state established 'dport = :2049' | awk '{ print $3 }')
ok "the connection comes from a reserved port" test "${peer##*:}" -lt 1024
stop_server
start_server
touch "$work/local/cut"
has finish
peer=$(ss -Htn state established 'dport = :2049' | awk '{ print $3 }')
ok "the mount goes on over a new connection" wait "$mount_process"
ok "all of it arrived" test "$(stat -c %s "$work/server/results/zeros")" = 67108864

# A reconnection finds all reserved ports in use: it waits for one, rather than come from another,
# from which the server would refuse every call.
background bash -c "
    touch $work/local/started
    until [ -e $work/local/cut ]; do sleep 0.05; done
    cat big >$work/local/copy; echo \$? >$work/local/status"
has started
stop_server
hold_ports
start_server
touch "$work/local/cut"
sleep 2.5
ok "no connection comes from another than a reserved port" \
    test -z "$(ss -Htn state established 'dport = :2049')"
ok "calls wait meanwhile" test ! -e "$work/local/status"
free_ports
ok "and go on when one is free" within 10 grep -qx 0 "$work/local/status"
ok "with the right data" cmp "$work/server/results/big" "$work/local/copy"
wait "$mount_process"

background bash -c "
    echo \$CLIENT_PID >$work/local/client
    until [ -e $work/local/end ]; do sleep 0.05; done
    cat big >/dev/null; echo \$? >$work/local/status"
has client
client=$(cat "$work/local/client")
identity=$(awk '/^(Uid|Gid|Groups):/ { $1 = $1; print }' "/proc/$client/status")
ok "the client is nobody's, in every one of its ids" test "$identity" = "\
Uid: 2100000007 2100000007 2100000007 2100000007
Gid: 2100000007 2100000007 2100000007 2100000007
Groups:"
ok "what it writes is the user's all the same" test "$(stat -c %u:%g "$work/server/results/zeros")" = "$user:$user"
as="setpriv --reuid $user --regid $user --clear-groups"
for signal in STOP KILL 0; do
    ok "the user cannot send it signal $signal" bash -c "! $as kill -$signal $client"
done
ok "nor limit it" bash -c "! $as prlimit --pid $client --nofile=1:1"
ok "with one capability" grep -q '^CapEff:.0000000000000400$' "/proc/$client/status"
ok "with none to gain" grep -q '^CapBnd:.0000000000000400$' "/proc/$client/status"
ok "and no new privileges" grep -q '^NoNewPrivs:.1$' "/proc/$client/status"
ok "its files cannot be reached by the user" setpriv --reuid "$user" --regid "$user" \
    --clear-groups bash -c "! ls /proc/$client/fd"
ok "it has no descriptor but its own" bash -c "
    ! ls -l /proc/$client/fd | awk '/->/ { print \$NF }' | grep -Ev '^(/|/dev/null|/dev/fuse|socket:.*|anon_inode:.eventfd.)$'"
kill -KILL "$mount_process"
ok "the client ends with its keeper" within 2 bash -c "! kill -0 $client"
touch "$work/local/end"
has status
like "a task left in the namespace gets an error" '^1$' "$work/local/status"

# A file that somebody removed on the server, which has forgotten it.
setpriv --reuid "$user" --regid "$user" --clear-groups dd if=/dev/zero of="$work/server/results/gone" bs=1k count=64 status=none
background bash -c "
    exec 3<>gone; touch $work/local/started
    until [ -e $work/local/removed ]; do sleep 0.05; done
    cat <&3 >/dev/null 2>$work/local/read
    dd if=big bs=1k count=1 conv=notrunc,fsync of=/proc/self/fd/3 2>$work/local/written
    cat big | cmp - $work/server/results/big; echo \$? >$work/local/status"
has started
rm "$work/server/results/gone"
stop_server
start_server
touch "$work/local/removed"
ok "a job whose file is removed on the server goes on" has status
like "a read of it fails" 'Stale file handle' "$work/local/read"
like "a write too" 'Stale file handle' "$work/local/written"
like "and nothing else does" '^0$' "$work/local/status"
wait "$mount_process"

COMMAND_UID=1001 mounted true >"$work/log" 2>&1
like "another user of the node cannot enter" 'mount: Permission denied' "$work/log"
rm -f "$work/server/results/lines"
READ_ONLY=1 ok "a read-only volume stays as it is" mounted bash -c '
    head -c 1 big >/dev/null && ! echo x 2>/dev/null >lines && ! mkdir d 2>/dev/null && ! rm big 2>/dev/null'
ok "in the server's eyes too" test ! -e "$work/server/results/lines" -a -e "$work/server/results/big"

finish
