#!/bin/bash
# The server hangs, and root asks: slurmstepd must not wait for it before it signals a job. The job's
# own tasks do.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/nfs_sandbox.sh"

COMMAND_UID=0 ROOT_MS=1000 "$nfs_mount" "${volume[@]}" \
    /usr/bin/python3 "$here/nfs_root.py" "$work/local" "$user" >"$work/said" 2>"$work/log" &
mount_process=$!
ok "files are made" within 20 test -e "$work/local/ready"
freeze "$server"
touch "$work/local/frozen"
ok "root is done while the server hangs" within 90 test -e "$work/local/asked"
kill -CONT "$server"
ok "the job's tasks are done when it goes on" within 20 test -e "$work/local/done"
ok "the mount ends well" wait "$mount_process"
cat >"$work/expected" <<END
lock-of-the-job's EIO
lock-now EAGAIN
flock-of-the-job's EIO
lock-given-up ok
fstat 10
fstat-says-all [True, True]
write 10
fstat-after-write 20
open EIO
open-as-user EIO
create EIO
create-as-user EIO
read EIO
stat EIO
access-as-user False
chdir-as-user EIO
list EIO
statfs EIO
readlink EIO
unlink EIO
mkdir EIO
rename EIO
truncate EIO
chmod EIO
flock EIO
fsync EIO
fill EIO
fstat-of-locked EIO
write-without-room EIO
fstat-among-many 20
close EIO
killed killed
create-after-it EIO
ended before the server went on:
job read 100000
job create ok
job fstat 7
$(yes job write 1048576 | head -n 13)
END
ok "root's calls end in time with what is known, or EIO; the job's wait for the server" \
    diff "$work/expected" "$work/said"
ok "what root wrote is there" test "$(tail -c 10 "$work/server/results/output")" = cancelled
ok "and what the job wrote" test "$(cat "$work/server/results/jobs/"writer* | wc -c)" = $((12 << 20))

# asks_while_it_hangs TEXT TEXT: local.py, on a volume of which nothing is kept, says that it began, and
# when root has asked.
asks_while_it_hangs() {
    rm -f "$work"/local/* "$work"/said
    COMMAND_UID=0 ROOT_MS=1000 ATTRIBUTE_CACHE_MS=0 "$nfs_mount" "${volume[@]}" \
        /usr/bin/python3 "$work/local.py" >"$work/said" 2>"$work/log" &
    mount_process=$!
    ok "$1" within 20 test -e "$work/local/started"
    freeze "$server"
    touch "$work/local/hangs"
    ok "$2" within 20 test -e "$work/local/asked"
    kill -CONT "$server"
    wait "$mount_process"
}

# Where nothing is kept, each write waits for the server, with the file's lock.
cat >"$work/local.py" <<END
import errno, os, time
def ask(call):
    began = time.monotonic()
    try:
        result = call()
    except OSError as error:
        result = errno.errorcode[error.errno]
    print(result, "in time" if time.monotonic() - began < 3 else "too late", flush=True)
output, another = (os.open(name, os.O_RDWR | os.O_CREAT | os.O_APPEND) for name in ("direct", "another"))
child = os.fork()
if child == 0:
    os.setresuid($user, $user, $user)
    while not os.path.exists("$work/local/hangs"):
        pass
    os.write(output, b"job")
    os._exit(0)
open("$work/local/started", "w").close()
while not os.path.exists("$work/local/hangs"):
    pass
time.sleep(1)
ask(lambda: os.fstat(output).st_size)
ask(lambda: os.fstat(another).st_size)
ask(lambda: os.write(another, b"root"))
open("$work/local/asked", "w").close()
ask(lambda: os.waitpid(child, 0)[1])
END
asks_while_it_hangs "a volume without a cache is mounted" \
    "root is done while the server hangs"
printf '%s in time\n' EIO 0 EIO 0 >"$work/expected"
ok "root is not led to a file whose lock a task of the job's holds" diff "$work/expected" "$work/said"
ok "the task's write is done" test "$(cat "$work/server/results/direct")" = job

# Who writes at once meets the lock itself, before the client hears of it: slurmstepd of newer Slurm.
cat >"$work/local.py" <<END
import errno, os, time
def ask(who, call):
    began = time.monotonic()
    try:
        call()
        result = "ok"
    except OSError as error:
        result = errno.errorcode[error.errno]
    print(who, result, "in time" if time.monotonic() - began < 10 else "too late", flush=True)
output = os.open("at-once", os.O_RDWR | os.O_CREAT | os.O_APPEND)
child = os.fork()
if child == 0:
    os.setresuid($user, $user, $user)
    while not os.path.exists("$work/local/hangs"):
        pass
    ask("job", lambda: os.write(output, b"job"))
    os._exit(0)
open("$work/local/started", "w").close()
while not os.path.exists("$work/local/hangs"):
    pass
time.sleep(1)
ask("root", lambda: os.write(output, b"root"))
open("$work/local/asked", "w").close()
os.waitpid(child, 0)
END
asks_while_it_hangs "a volume without a cache is mounted once more" \
    "root's write is done while the server hangs"
ok "the job's write before it was given up" grep -qx 'job EIO in time' "$work/said"
ok "and root's was in time" grep -qx 'root [A-Za-z]* in time' "$work/said"

finish
