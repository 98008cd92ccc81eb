#!/bin/bash
# Locks are the file server's: two clients of one export see each other's.
# shellcheck source-path=SCRIPTDIR disable=SC2016,SC2154
export GRACELESS=false
. "$(dirname "$0")/nfs_sandbox.sh"
. "$here/nfs_nodes.sh"

python=/usr/bin/python3
cp "$here/nfs_lock_node.py" "$work/"
start_node() {
    node "$1" "$python" -B "$work/nfs_lock_node.py"
}

# said TEXT EXPECTED NODE LINE: the node says what is expected.
said() {
    local heard
    heard=$(on "$3" "$4")
    ok "$1" test "$heard" = "$2"
    [ "$heard" = "$2" ] || echo "# heard '$heard', expected '$2'"
}

# free_within SECONDS NODE LINE: the line says "done" before the time is over.
free_within() {
    local tries=$(($1 * 10 * ${CHECK_PATIENCE:-1}))
    until [ "$(on "$2" "$3")" = done ]; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.1
    done
}

start_node a
start_node b
# Ganesha 4, once started with a time for old owners to come back, never ends it; 9 after a minute.
restart_server() {
    stop_server
    sed -i "s/Graceless = [a-z]*/Graceless = $1/" "$work/ganesha.conf"
    start_server
}

tell a 'lock("EX|NB", 10)'
ok "a lock waits while a server that has just started waits for old owners" \
    test -z "$(hear a 1.5)"
restart_server true
ok "and comes when it takes new ones" test "$(hear a)" = done
said "another node is refused the same bytes" EAGAIN b 'lock("EX|NB", 1, 9)'
said "and told who has them" "1 0 10 0" b 'holder()'
said "it gets others" done b 'lock("EX|NB", 10, 10)'
said "a shared lock is refused too" EAGAIN b 'lock("SH|NB", 1, 0)'
on b 'lock("UN")' >/dev/null
said "the lock given up" done a 'lock("UN")'
said "is free for the other" done b 'lock("SH|NB")'
said "two nodes share a lock" done a 'lock("SH|NB")'
said "and neither gets it alone" EAGAIN a 'lock("EX|NB")'
on b 'lock("UN")' >/dev/null
said "but the one that is left" done a 'lock("EX|NB")'
tell b 'lock("EX") or get()'
sleep 0.3
on a 'put("written by a")' >/dev/null
on a 'lock("UN")' >/dev/null
ok "who waited gets the lock, and sees what was written under it" \
    test "$(hear b)" = "written by a"
on b 'lock("UN")' >/dev/null
on b 'lock("EX") or put("longer, and written by b") or lock("UN")' >/dev/null
said "the size too, in a file that is open all the time" 24 a 'lock("SH") or size()'
on a 'lock("UN")' >/dev/null

tell a 'count(100)'
tell b 'count(100)'
hear a 60 >/dev/null
hear b 60 >/dev/null
said "a number that both nodes count up under its lock loses nothing" 200 a 'int(get("number"))'

said "flock" done a 'whole("EX|NB", "flocked")'
said "holds between nodes as well" EAGAIN b 'whole("SH|NB", "flocked")'
on a 'close("flocked")' >/dev/null
ok "and ends with its descriptor" free_within 2 b 'whole("EX|NB", "flocked")'
on b 'close("flocked")' >/dev/null

process=$(on a 'child("lock()")')
said "a process that holds a lock" EAGAIN b 'lock("EX|NB")'
on a "os.kill($process, 9) or os.waitpid($process, 0)" >/dev/null
ok "is killed, and the lock is free" free_within 2 b 'lock("EX|NB")'

on b 'lock("UN")' >/dev/null
tell a 'insert("a", 20)'
tell b 'insert("b", 20)'
hear a 60 >/dev/null
hear b 60 >/dev/null
said "sqlite on two nodes loses no row" "(40, 380)" a \
    'sqlite3.connect("shared.db").execute("select count(*), sum(number) from numbers").fetchone()'
said "and keeps its database whole" "('ok',)" b \
    'sqlite3.connect("shared.db").execute("pragma integrity_check").fetchone()'

# The server forgets, and asks for what was held.
on a 'lock("EX") or os.fsync(file())' >/dev/null
restart_server false
said "a server that waits for old owners finds one: it goes on" done a 'put("mine")'
restart_server true
sleep $((2 * ${CHECK_PATIENCE:-1})) # the client connects again, and claims
said "a server that died and came back is told of the lock: others are refused" EAGAIN \
    b 'lock("EX|NB")'
said "and the holder goes on writing" done a 'put("still mine")'
on a 'lock("UN")' >/dev/null
said "the lock is free afterwards" done b 'lock("EX|NB")'
on b 'lock("UN")' >/dev/null

# A client that missed the time for telling.
on a 'lock("EX") or os.fsync(file())' >/dev/null
client=$(on a 'os.environ["CLIENT_PID"]')
freeze "$client"
restart_server true
said "a lock of a client that does not tell in time is given away" done b 'lock("EX")'
kill -CONT "$client"
said "and its holder cannot write any more" EIO a 'insist("no more mine")'
on b 'put("mine") or lock("UN")' >/dev/null
sleep 0.3 # no write that was taken before is on its way
said "what the other wrote stays there" mine b 'get()[:4]'
on a 'lock("UN")' >/dev/null
said "the old holder writes again once it has given up the lock" done a 'put("anew")'

# The server hangs.
on a 'lock("EX") or os.fsync(file())' >/dev/null
freeze "$server"
tell b 'child("(os.write(told, b\"x\"), lock(\"EX\"))")'
process=$(hear b)
sleep 0.3
on b "os.kill($process, 9)" >/dev/null
ok "SIGKILL frees a task that waits for a lock of a hanging server" within 3 \
    bash -c "! grep -q 'State:.[DS]' /proc/$process/status"
took=$(on a 'took(close)')
ok "a close does not hang on it ($took s)" "$python" -c "assert ${took:-99} < 3"
kill -CONT "$server"
ok "and the lock is free when the server is well" free_within 5 b 'lock("EX|NB")'
end_nodes

# What is left when the job ends.
mounted "$python" -c '
import fcntl, os, time
if os.fork() == 0:
    file = os.open("file", os.O_RDWR)
    fcntl.flock(file, fcntl.LOCK_EX)
    open("held", "w").close()
    time.sleep(20)
while not os.path.exists("held"):
    time.sleep(0.02)' 2>"$work/log"
ok "a lock ends with the mount, even where a process goes on" mounted "$python" -c '
import fcntl, os
fcntl.flock(os.open("file", os.O_RDWR), fcntl.LOCK_EX | fcntl.LOCK_NB)'

# No lock manager.
refused='
import fcntl, os, time
begin = time.monotonic()
file = os.open("file", os.O_RDWR)
for how in (fcntl.flock, fcntl.lockf):
    try:
        how(file, fcntl.LOCK_EX)
    except OSError as error:
        print(error.strerror, time.monotonic() - begin < 2)'
stop_server
sed -i 's/Enable_NLM = true/Enable_NLM = false/' "$work/ganesha.conf"
rpcinfo -d 100021 4
start_server
mounted "$python" -c "$refused" >"$work/log" 2>/dev/null
ok "without a lock manager there are no locks, and that is said at once" \
    test "$(cat "$work/log")" = "$(printf 'No locks available True\n%.0s' 1 2)"
LOCKS=node ok "where the policy says so, locks hold within the node" mounted "$python" -c '
import fcntl, os
fcntl.flock(os.open("file", os.O_RDWR), fcntl.LOCK_EX)
one = os.open("file", os.O_RDWR)
try:
    fcntl.flock(one, fcntl.LOCK_EX | fcntl.LOCK_NB)
    raise SystemExit("got it twice")
except BlockingIOError:
    pass'

finish
