#!/bin/bash
# What a killed client held of the server's locks is given up in its place, and nothing else is.
# shellcheck source-path=SCRIPTDIR disable=SC2016,SC2154
. "$(dirname "$0")/nfs_sandbox.sh"
. "$here/nfs_job.sh"

# hold NAME: a process of the job locks the file, and keeps it.
hold() {
    as_user sh -c 'exec 3>"$0/$1" && flock -n 3 && touch "$2/holds.$1" && exec sleep 100' \
        "$place/mounts/results" "$1" "$work/local" &
    within 5 test -e "$work/local/holds.$1" || return 1
    rm "$work/local/holds.$1"
}

# Another client, as of another node.
is_free() { # NAME
    mounted flock -n "$1" true
}

is_held() { # NAME
    ! is_free "$1"
}

keeper_of() { # JOB
    pgrep -f "^$keeper start .*job=$1 "
}

kill_client() { # JOB
    pkill -KILL -P "$(keeper_of "$1")" atelier-nfs
}

kill_keeper() { # JOB: and with it its client
    local client
    client=$(pgrep -P "$(keeper_of "$1")" atelier-nfs)
    kill -KILL "$(keeper_of "$1")"
    within 5 eval "! kill -0 $client"
}

notes() {
    find "$place/run/n1" -name "*.n1-$1-*" 2>/dev/null | wc -l
}

is_noted() { # JOB
    [ "$(notes "$1")" = 2 ]
}

takes_at_most() { # SECONDS COMMAND...
    local began=${EPOCHREALTIME/./} most=$1
    shift
    "$@"
    echo "after $((${EPOCHREALTIME/./} - began)) us"
    [ "$((${EPOCHREALTIME/./} - began))" -lt "$((most * 1000000))" ]
}

job=8
ok "a job of the node starts" start
ok "... and holds a lock" hold neighbour
job=7
ok "another starts" start
ok "... and holds two" eval 'hold one && hold two'
ok "which others do not get" is_held one
kill_client 7
ok "its client is killed: others get them" eval 'within 3 is_free one && is_free two'
ok "... and what its neighbour holds they do not" is_held neighbour
ok "the job ends" stop
ok "... and no note of it is left" eval '[ "$(notes 7)" = 0 ]'

ok "a job starts" start
ok "... and holds a lock" hold one
kill_keeper 7
ok "its keeper is killed: nobody is left to give it up" is_held one
ok "the epilog does" eval 'stop && is_free one'
ok "... and not its neighbour's" is_held neighbour

ok "a job starts" start
ok "... and locks many files" eval '
    as_user /usr/bin/python3 -c "
import fcntl, os, sys, time
os.chdir(sys.argv[1])
files = [os.open(f\"many{i}\", os.O_RDWR | os.O_CREAT) for i in range(300)]
for file in files: fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
open(sys.argv[2], \"w\")
time.sleep(100)" "$place/mounts/results" "$work/local/many" &
    within 20 test -e "$work/local/many"'
kill_keeper 7
ok "its keeper is killed, and there is no epilog: the lock stays" is_held many299
job=9
ok "the prolog of the next job gives it up" eval 'start && is_free many299'
ok "... and all others" mounted sh -c 'for i in $(seq 0 299); do flock -n "many$i" true || exit; done'
ok "... and no note is left" eval '[ "$(notes 7)" = 0 ]'
ok "... and not the neighbour's" is_held neighbour
ok "it ends" stop

job=7
ok "a job starts" start
ok "... and holds a lock" hold one
freeze "$server"
kill_client 7
ok "its client is killed while the server hangs: the epilog waits a moment" takes_at_most 5 stop
ok "... and leaves a note" is_noted 7
like "... and a line in the log" \
    'locks-left node=n1 server=store host=127.0.0.1 caller=n1-7-[0-9a-f]* locks=1$' "$place/log"
job=9
ok "the next prolog asks as well, and is not held up" eval 'takes_at_most 5 exits 1 start'
stop
ok "... and the note stays" is_noted 7
kill -CONT "$server"
ok "the server is well: the lock is still there" within 5 is_held one
job=10
ok "the next prolog gives it up" eval 'start && is_free one'
ok "... and no note is left" eval '[ "$(notes 7)" = 0 ]'
ok "its job ends" stop

job=7
ok "a job starts" start
ok "... and holds a lock" hold one
freeze "$server"
ok "it ends while the server hangs" takes_at_most 6 stop
ok "... and the lock is noted" is_noted 7
kill -CONT "$server"
job=11
ok "the next prolog gives it up" eval 'start && is_free one'
ok "its job ends" stop
# map_locked: a process of the job stores under a lock in what it has mapped, more than the client
# keeps, and unlocks upon word.
map_locked() {
    as_user /usr/bin/python3 -c "
import fcntl, mmap, os, sys, time
file = os.open(sys.argv[1] + '/mapped', os.O_RDWR | os.O_CREAT)
os.truncate(file, 100 << 20)
fcntl.lockf(file, fcntl.LOCK_EX)
mapping = mmap.mmap(file, 100 << 20)
for page in range(0, 100 << 20, 4096):
    mapping[page] = 1
open(sys.argv[2] + '/stored', 'w')
while not os.path.exists(sys.argv[2] + '/word'):
    time.sleep(0.02)
try:
    fcntl.lockf(file, fcntl.LOCK_UN)
finally:
    open(sys.argv[2] + '/free', 'w')" "$place/mounts/results" "$work/local" &
    within 20 test -e "$work/local/stored"
}

job=7
ok "a job starts" start
ok "... and stores in a mapping, under a lock" map_locked
freeze "$server"
touch "$work/local/word"
sleep 0.5
ok "it unlocks, which waits for a server that hangs" test ! -e "$work/local/free"
kill_client 7
ok "its client is killed, in the kernel's hands: the process is let go" \
    within 20 test -e "$work/local/free"
ok "... and fails from now on" eval '! as_user ls "$place/mounts/results"'
ok "it ends while the server hangs" takes_at_most 6 stop
kill -CONT "$server"
ok "the neighbour's lock is held all the time" is_held neighbour
job=8
ok "its job ends" stop
pkill -KILL -u "$user" # those who held the locks
ok "... and nothing is left" eval 'is_free neighbour && nothing_left'
finish
