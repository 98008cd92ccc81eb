#!/bin/bash
# What was written behind a program's back: a server that restarts, a full disk, memory.
# shellcheck source-path=SCRIPTDIR disable=SC2016,SC2317
. "$(dirname "$0")/nfs_sandbox.sh"

# background CMD...: a mount that lives on while the test goes on.
background() {
    rm -f "$work"/local/*
    "$nfs_mount" "${volume[@]}" "$@" >"$work/log" 2>&1 &
    mount_process=$!
}

has() {
    within 10 test -e "$work/local/$1"
}

dd if=/dev/urandom of="$work/source" bs=1M count=12 status=none
chmod 644 "$work/source"

# The server dies with uncommitted data. What it had in memory is taken away from the file, as
# a crash of its machine would do it: only another verifier at COMMIT tells.
background bash -c "
    python3 -c 'if True:
        import os, time
        source = open(\"$work/source\", \"rb\").read()
        fd = os.open(\"whole\", os.O_CREAT | os.O_WRONLY)
        for i in range(12):
            os.write(fd, source[i << 20:(i + 1) << 20])
        open(\"$work/local/written\", \"w\")
        while not os.path.exists(\"$work/local/back\"): time.sleep(0.05)
        os.fsync(fd)
        open(\"$work/local/synced\", \"w\")'"
has written
size_is() { [ "$(stat -c %s "$work/server/results/$1")" = "$2" ]; }
ok "writes reach the server before anybody asks" within 5 size_is whole 12582912
sleep 0.3
stop_server
ok "they were not committed before" dd if=/dev/zero of="$work/server/results/whole" bs=1M count=12 \
    conv=notrunc status=none
sleep 1.1 # a verifier is as fine as the server's start time in seconds
start_server
touch "$work/local/back"
ok "fsync answers when the server is back" has synced
ok "all of it was written again" cmp "$work/source" "$work/server/results/whole"
ok "the mount ends well" wait "$mount_process"

background bash -c "
    cat $work/source $work/source $work/source $work/source >many &
    until [ -s many ]; do sleep 0.02; done
    touch $work/local/started
    wait
    touch $work/local/finish"
has started
stop_server
sleep 1.1
start_server
has finish
ok "a server killed while it is written to loses nothing" bash -c \
    "cat '$work/source' '$work/source' '$work/source' '$work/source' | cmp - '$work/server/results/many'"
wait "$mount_process"

background bash -c "
    sleep 0.2; touch $work/local/started
    until [ -e $work/local/hangs ]; do sleep 0.05; done
    (dd if=$work/source of=hung bs=1M status=none) & echo \$! >$work/local/writer
    wait \$!; echo \$? >$work/local/status"
has started
freeze "$server"
touch "$work/local/hangs"
has writer
sleep 0.3
kill -KILL "$(cat "$work/local/writer")"
ok "SIGKILL frees a writer while the server hangs" has status
kill -CONT "$server"
wait "$mount_process"

background bash -c "
    exec 3>closed; dd if=$work/source bs=1M count=4 status=none >&3; touch $work/local/started
    until [ -e $work/local/hangs ]; do sleep 0.05; done
    bash -c 'dd if=$work/source of=/proc/self/fd/3 conv=notrunc bs=64k count=2 status=none;
        echo \$\$ >$work/local/writer; exec 3>&-; sleep 60' &
    exec 3>&-; echo closed >$work/local/status"
has started
freeze "$server"
touch "$work/local/hangs"
has writer
sleep 0.3
kill -KILL "$(cat "$work/local/writer")"
ok "a process that is killed in close ends" within 5 bash -c "! kill -0 $(cat "$work/local/writer")"
kill -CONT "$server"
wait "$mount_process"

mounted /usr/bin/python3 -c '
import mmap, os
fd = os.open("seen", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
direct = os.open("seen", os.O_RDONLY | os.O_DIRECT)
page = mmap.mmap(-1, 4096)
os.write(fd, b"a" * 100)
print("read", os.preadv(direct, [page], 0), page[:100] == b"a" * 100)
os.write(fd, b"b" * 100)
print("listed", [entry.stat().st_size for entry in os.scandir(".") if entry.name == "seen"])
os.write(fd, b"c" * 100)
list(os.scandir("."))
os.write(fd, b"d" * 100)
os.close(fd)
print("content", open("seen", "rb").read() == b"".join(c * 100 for c in (b"a", b"b", b"c", b"d")))
' >"$work/log" 2>&1
like "a read waits for the write before it" '^read 100 True$' "$work/log"
like "a listing tells the size with what is on its way" '^listed \[200\]$' "$work/log"
like "so that what is appended next goes to the end" '^content True$' "$work/log"

# An end of a process closes its files, when no signal reaches it any more.
cat >"$work/leaver.py" <<END
import os, time
fd = os.open("left", os.O_CREAT | os.O_WRONLY)
open("$work/local/started", "w")
while not os.path.exists("$work/local/hangs"):
    time.sleep(0.05)
os.write(fd, b"x")
if os.fork() == 0:
    os.close(fd)
    open("$work/local/closed", "w")
else:
    open("$work/local/leaver", "w").write(str(os.getpid()))
os._exit(0)
END
background bash -c "/usr/bin/python3 $work/leaver.py
    until [ -e $work/local/back ]; do sleep 0.05; done; cat left >$work/local/content"
has started
freeze "$server"
touch "$work/local/hangs"
has leaver
sleep 1
ok "a close waits for the server" test ! -e "$work/local/closed"
leaver=$(cat "$work/local/leaver")
ok "so does the end of a process" kill -0 "$leaver"
ok "but not for ever" within 15 bash -c "! kill -0 $leaver"
kill -CONT "$server"
touch "$work/local/back"
wait "$mount_process"
like "and nothing is lost" '^x$' "$work/local/content"

# A server whose disk is full says so at once, or when it is asked to make it safe.
mount -t tmpfs -o size=4m tmpfs "$work/server/results"
chown "$user:$user" "$work/server/results"
stop_server
start_server
mounted /usr/bin/python3 -c '
import errno, os
def failure(call, *arguments):
    try:
        call(*arguments)
        return "done"
    except OSError as error:
        return errno.errorcode[error.errno]
def fill(name):
    fd = os.open(name, os.O_CREAT | os.O_WRONLY)
    for _ in range(6):
        failure(os.write, fd, bytes(1 << 20))
    return fd
fd = fill("a")
print("fsync", failure(os.fsync, fd), failure(os.fsync, fd), failure(os.close, fd))
os.unlink("a")
fd = fill("b")
print("close", failure(os.close, os.dup(fd)), failure(os.close, fd))
os.unlink("b")
fd = os.open("c", os.O_CREAT | os.O_WRONLY)
seen = [failure(os.write, fd, bytes(1 << 20)) for _ in range(40)]
print("write", "ENOSPC" in seen, seen.index("ENOSPC") < 39 and set(seen[-3:]))
os.ftruncate(fd, 0)
print("room", failure(os.write, fd, b"x"), failure(os.fsync, fd), failure(os.fsync, fd))
' >"$work/log" 2>&1
like "a full disk is told by fsync, once" '^fsync ENOSPC done done$' "$work/log"
like "and by every close" '^close ENOSPC ENOSPC$' "$work/log"
like "and by the writes that follow" "^write True \\{'ENOSPC'\\}$" "$work/log"
like "writes go on when there is room, and the loss is still told" '^room done ENOSPC done$' "$work/log"
stop_server
umount "$work/server/results"
chown "$user:$user" "$work/server/results"
start_server

# Memory: many writers against a server that hangs.
cat >"$work/writers.py" <<END
import os, threading, time
files = [os.open(f"m{i}", os.O_CREAT | os.O_WRONLY) for i in range(40)]
def write(fd):
    while not os.path.exists("$work/local/hangs"):
        time.sleep(0.05)
    for _ in range(8):
        os.write(fd, bytes(1 << 20))
for fd in files:
    threading.Thread(target=write, args=(fd,)).start()
open("$work/local/started", "w").write(os.environ["CLIENT_PID"])
END
background /usr/bin/python3 "$work/writers.py"
has started
within 5 test -s "$work/local/started"
client=$(cat "$work/local/started")
resident() {
    awk '/^VmRSS/ { print $2 }' "/proc/$client/status"
}
is_filled() {
    [ "$(resident)" -gt 16384 ]
}
freeze "$server"
touch "$work/local/hangs"
ok "writers fill the memory that there is" within 10 is_filled
sleep 1.5
ok "forty of them and a hanging server keep within 64 MiB" test "$(resident)" -le 65536
kill -KILL "$(pgrep -f "^/usr/bin/python3 $work/writers.py")"
sleep 0.5
ok "all of them can be killed" within 5 bash -c "! pgrep -f '^/usr/bin/python3 $work/writers.py'"
kill -CONT "$server"
wait "$mount_process"
like "the mount ends well after that" '^stopped:' "$work/log"

# And many readers and writers of one that does not.
for i in $(seq 20); do
    truncate -s 64M "$work/server/results/r$i"
done
chown "$user:$user" "$work"/server/results/r*
mounted bash -c '
    for i in $(seq 20); do
        cat r$i >/dev/null &
        dd if=r$i bs=1M skip=32 of=/dev/null status=none &
    done
    for i in $(seq 10); do
        dd if=/dev/zero of=w$i bs=1M count=20 status=none &
    done
    wait
    cat /proc/$CLIENT_PID/status' >"$work/log" 2>&1
ok "fifty at once, with a well server, too" \
    awk '/^VmHWM/ { most = $2 } END { print most; exit !(most > 0 && most <= 65536) }' "$work/log"

finish
