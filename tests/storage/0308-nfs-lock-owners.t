#!/bin/bash
# Whose a lock is: those of an open file end with its last descriptor, wherever that is; those
# of a process with the first that it closes.
# shellcheck source-path=SCRIPTDIR disable=SC2016,SC2154,SC2317
. "$(dirname "$0")/nfs_sandbox.sh"
. "$here/nfs_nodes.sh"

cp "$here/nfs_lock_node.py" "$work/"
for name in a b; do
    node "$name" /usr/bin/python3 -B "$work/nfs_lock_node.py"
done

# taken HOW LENGTH START: whether node b is refused those bytes.
taken() {
    [ "$(on b "lock('$1|NB', $2, $3)")" = EAGAIN ]
}

# freed_within SECONDS [LENGTH START]: node b gets them in time, and gives them back.
freed_within() {
    local tries=$(($1 * 10 * ${CHECK_PATIENCE:-1}))
    while taken EX "${2:-0}" "${3:-0}"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.1
    done
    on b 'lock("UN")' >/dev/null
}

# done_by NODE LINE
done_by() {
    [ "$(on "$1" "$2")" = "done" ]
}

on a 'close() if file() else 0' >/dev/null # made, and from here on opened
ok "an open file is locked (F_OFD_SETLK)" done_by a 'ofd("EX|NB")'
ok "and another node refused" taken EX 0 0
on a 'close()' >/dev/null
ok "its lock ends with its only descriptor" freed_within 2

on a 'ofd(name="made")' >/dev/null
ok "so it is with a file that was made by this open" \
    test "$(on b 'lock("EX|NB", name="made")')" = EAGAIN
on a 'close("made")' >/dev/null
made_is_free() { done_by b 'lock("EX|NB", name="made")'; }
ok "which ends as well" within 2 made_is_free

on a 'ofd() or files.update(copy=os.dup(file()))' >/dev/null
on a 'close()' >/dev/null
ok "a second descriptor of it (dup) keeps the lock" taken EX 0 0
on a 'close("copy")' >/dev/null
ok "until it is closed too" freed_within 2

on a 'ofd()' >/dev/null
child=$(on a 'heir()')
on a 'close()' >/dev/null
sleep 0.3
ok "a child that inherited it keeps the lock" taken EX 0 0
on a "os.kill($child, 9) or os.waitpid($child, 0)[0] and None" >/dev/null
ok "until it ends" freed_within 2

on a 'ofd()' >/dev/null
child=$(on a 'program()')
on a 'close()' >/dev/null
sleep 0.3
ok "a program that was started with it (execve) keeps the lock" taken EX 0 0
on a "os.kill($child, 9) or os.waitpid($child, 0)[0] and None" >/dev/null
ok "until it ends, too" freed_within 2

on a 'ofd() or put("on its way") or send()' >/dev/null
on a 'close()' >/dev/null
sleep 0.3
ok "a descriptor that lies in a socket keeps the lock" taken EX 0 0
on a 'unsend()' >/dev/null
ok "until the socket is closed, and nobody has received it" freed_within 2
ok "and what was written is there" test "$(on b 'get()[:10]')" = "on its way"

on a 'ofd() or os.ftruncate(file(), 4096) or map()' >/dev/null
on a 'close()' >/dev/null
sleep 0.3
ok "a mapping keeps the lock of a file that is closed" taken EX 0 0
on a 'unmap("mapped text")' >/dev/null
ok "until it is gone" freed_within 2
ok "and what was stored is there" test "$(on b 'close() or get()[:11]')" = "mapped text"

on a 'ofd("EX", 10) or lock("EX", 10, 20)' >/dev/null
ok "one process locks by both ways through one descriptor" taken EX 5 3
ok "and its own is held as well" taken EX 5 22
on a 'close("again") if files.update(again=os.open("file", os.O_RDONLY)) is None else 0' >/dev/null
ok "to close any descriptor of the file ends the process's" freed_within 2 5 22
ok "but not the open file's" taken EX 5 3
on a 'close()' >/dev/null
ok "which its own last one ends" freed_within 2

on a 'lock("EX", 10) or lock("EX", 10, 20, "file")' >/dev/null
on a 'files.update(other=os.open("file", os.O_RDWR)) or close() or lock("EX", 10, 0, "other")' >/dev/null
sleep 0.5
ok "what a process locks anew outlives the open file that it locked through before" taken EX 5 0
ok "which is all that it holds" freed_within 2 10 20
on a 'close("other")' >/dev/null
ok "and ends with its own" freed_within 2

on a 'thread(lock)' >/dev/null
ok "a thread's lock is its process's, and outlives it" taken EX 0 0
on a 'thread(close)' >/dev/null
ok "another thread's close ends it" freed_within 2

on a 'whole() or files.update(copy=os.dup(file()))' >/dev/null
on a 'close()' >/dev/null
ok "flock is the open file's" taken EX 0 0
on a 'close("copy")' >/dev/null
ok "and ends with its last descriptor" freed_within 2

# Hundreds, of which none is left.
on a 'many(300)' >/dev/null
ok "the locks of 300 open files end with them" freed_within 10
# A lock that comes when the task that waited for it is dead: another has its open file.
on a 'ofd() or ofd("UN")' >/dev/null
file=$(on a 'file()')
for how in "flock($file, 2)" "fcntl($file, 38, struct.pack('hhqqi4x', 1, 0, 0, 0, 0))"; do
    freeze "$server"
    child=$(on a "waiting(later('x', \"fcntl.$how\"))")
    on a "os.kill($child, 9) or os.waitpid($child, 0)[0] and None" >/dev/null
    kill -CONT "$server"
    ok "a killed program's lock is nobody's, though its open file stays: ${how%%(*}" freed_within 2
done
on a 'ofd("SH")' >/dev/null
freeze "$server"
child=$(on a "waiting(later('x', 'fcntl.fcntl($file, 38, struct.pack(\"hhqqi4x\", 1, 0, 0, 0, 0))'))")
on a "os.kill($child, 9) or os.waitpid($child, 0)[0] and None" >/dev/null
kill -CONT "$server"
sleep 0.5
ok "what its others held before, they keep" taken EX 0 0
on a 'close()' >/dev/null

# An unlock that does not wait for what was written: its lock ends all the same.
on a 'whole() or put("written")' >/dev/null
file=$(on a 'file()')
freeze "$server"
child=$(on a "waiting(later('x', 'fcntl.flock($file, fcntl.LOCK_UN)'))")
on a "os.kill($child, 9) or os.waitpid($child, 0)[0] and None" >/dev/null
sleep 0.3
kill -CONT "$server"
ok "a lock that a killed program was giving up is free" freed_within 2
end_nodes
RECOVERY=soft TIMEOUT_MS=1000 node a /usr/bin/python3 -B "$work/nfs_lock_node.py"
node b /usr/bin/python3 -B "$work/nfs_lock_node.py"
on a 'whole() or put("written")' >/dev/null
freeze "$server"
ok "an unlock fails where the server is away for too long" test "$(on a 'whole("UN")')" = EIO
kill -CONT "$server"
ok "and the lock is free when it is back" freed_within 5
end_nodes
finish
