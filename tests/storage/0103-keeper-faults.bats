#!/usr/bin/env bats
# What dies, hangs or attacks while a job runs.

# shellcheck disable=SC2154,SC2016 # keeper.bash sets them; backquotes are in the sentences
load keeper

setup() { setup_keeper; }
teardown() { teardown_keeper; }

@test "SIGKILL of the keeper: the clients end, and stop clears the rest" {
    start 7
    kill -KILL "$(keeper_pid 7)"
    soon no_process
    [ -S "$dir/run/n1/7/keeper.sock" ]
    within 1 0 stop 7
    nothing_left
}

@test "a dead keeper's directory does not keep a requeued job from starting" {
    start 7
    kill -KILL "$(keeper_pid 7)"
    soon no_process
    within 2 0 start 7
    in_job 7 | grep -q state=ready
    stop 7
    nothing_left
}

@test "a keeper that hangs is killed by stop, and by the next start" {
    start 7
    kill -STOP "$(keeper_pid 7)"
    within 6 0 stop 7
    [[ "$output" == *"did not stop in time and was killed"* ]]
    nothing_left
    start 7
    kill -STOP "$(keeper_pid 7)"
    within 3 0 start 7
    stop 7
    nothing_left
}

@test "a client that is slow to die has its note taken, another job's has not" {
    start 7
    flock "$dir/run/n1/locks.n1-7-00000000" sleep 0.3 3>&- &
    flock "$dir/run/n1/locks.n1-77-00000000" sleep 2 3>&- &
    soon is_held locks.n1-7-00000000
    soon is_held locks.n1-77-00000000
    within 2 0 stop 7
    [ "$(ls "$dir/run/n1")" = locks.n1-77-00000000 ]
    rm "$dir/run/n1/locks.n1-77-00000000"
    rmdir "$dir/run/n1" "$dir/run"
    nothing_left
}

@test "clients that hang or are deaf do not hold up the end" {
    start 7
    [ -n "$(client_pids)" ]
    for pid in $(client_pids); do
        kill -STOP "$pid"
    done
    within 4 0 stop 7
    nothing_left
    plan deaf deaf
    start 7
    within 4 0 stop 7
    grep -q ' atelier: stopped job=7 .*one.bytes_lost=unknown two.bytes_lost=unknown .*error=.*volume .one. of file server .store1. (deaf): the server may not have confirmed some, volume .two. .*: the server may not have confirmed some of the bytes that the job wrote' "$dir/log"
    nothing_left
}

@test "a process that stays inside does not hold up the end" {
    start 7
    in_job 7 sh -c 'cd "$0" && echo $$ >"$1" && exec sleep 30' "$dir/mnt" "$dir/inside" \
        >/dev/null 3>&- &
    soon test -s "$dir/inside"
    sleeper=$(cat "$dir/inside")
    grep -q "$dir/mnt" "/proc/$sleeper/mountinfo"
    within 4 0 stop 7
    run grep "$dir/mnt" "/proc/$sleeper/mountinfo"
    [ "$status" = 1 ]
    grep -q ' atelier: stopped job=7 .*unmounted="by force"' "$dir/log"
    kill "$sleeper"
    nothing_left
}

@test "a client that dies fails the steps that come later" {
    plan well dies
    start 7
    soon grep -q ' atelier: lost job=7' "$dir/log"
    [ "$(client_pids | wc -l)" = 1 ]
    run in_job 7 ls "$dir/mnt/two"
    [[ "$output" == *"state=failed"* ]]
    [[ "$output" == *'volume `two` of file server `store2` (dies) was lost'* ]]
    [[ "$output" == *"not connected"* ]]
    [ "$(grep -c ' atelier: lost' "$dir/log")" = 1 ]
    within 4 0 stop 7
    nothing_left
}

# in_time SECONDS COMMAND...: as soon as it succeeds.
in_time() {
    local tries=$(($1 * 10))
    shift
    until "$@"; do
        ((tries-- > 0)) || return 1
        sleep 0.1
    done
}

# is_lost SECONDS TEXT: by then the log has the first volume's loss, the one client is gone, and who
# waits for the volume has an error.
is_lost() {
    in_time "$1" grep -q ' atelier: lost job=7 ' "$dir/log"
    [ -z "$(client_pids)" ]
    run status 7
    [[ "$output" == *"state=failed"* ]]
    [[ "$output" == *'volume `one` of file server `store1` '*" was lost while the job ran: $dir/client $2"* ]]
    in_time 2 test -s "$dir/waited"
    grep -q "not connected\|aborted" "$dir/waited"
    [ "$(grep -c ' atelier: lost' "$dir/log")" = 1 ]
    within 4 0 stop 7
    nothing_left
}

wait_for_volume() {
    in_job 7 ls "$dir/mnt/one" >"$dir/waited" 2>&1 3>&- &
}

@test "a client that is stopped is ended, and who waits for it gets an error" {
    plan well
    start 7
    kill -STOP "$(client_pids)"
    wait_for_volume
    is_lost 5 "was stopped by a signal, and then ended by its keeper"
}

@test "a client that gives no sign of life is ended" {
    plan lost
    start 7
    wait_for_volume
    sleep 6
    [ -n "$(client_pids)" ] # one that is late is left alone
    run grep -q 'atelier: lost' "$dir/log"
    [ "$status" = 1 ]
    is_lost 20 "gave no sign of life for 12 s, and was ended by its keeper"
}

@test "time in which the keeper stood still does not count against its clients" {
    local pid
    plan well
    start 7
    pid=$(keeper_pid 7)
    kill -STOP "$pid" "$(client_pids)"
    sleep 15
    kill -CONT "$(client_pids)" "$pid"
    sleep 5
    [ -n "$(client_pids)" ]
    run grep -q 'atelier: lost' "$dir/log"
    [ "$status" = 1 ]
    status 7 | grep -qx state=ready
    stop 7
    nothing_left
}

@test "nobody but root reaches the socket" {
    local as_user=(setpriv --reuid "$uid" --regid "$gid" --clear-groups)
    start 7
    run "${as_user[@]}" ls "$dir/run/n1/7"
    [ "$status" != 0 ]
    [ "$(stat -c '%a %u' "$dir/run/n1/7")" = "700 0" ]
    [ "$(stat -c %a "$dir/run/n1/7/keeper.sock")" = 600 ]
    # Even with every mode gone, the peer's uid counts.
    chmod 755 "$dir/run" "$dir/run/n1" "$dir/run/n1/7"
    chmod 666 "$dir/run/n1/7/keeper.sock"
    cp "$join" "$dir/join"
    run "${as_user[@]}" "$dir/join" "$dir/run/n1/7/keeper.sock"
    echo "$output"
    [ "$status" = 1 ]
    [[ "$output" != *state=* && "$output" != *"cannot"*"execute"* ]]
    in_job 7 | grep -q state=ready
    stop 7
    nothing_left
}

@test "peers that connect and stay silent do not keep a step out" {
    start 7
    python3_connect='
import socket, sys, time
peers = []
for _ in range(100):
    peer = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    peer.connect(sys.argv[1])
    peers.append(peer)
print("connected", flush=True)
time.sleep(20)'
    /usr/bin/python3 -c "$python3_connect" "$dir/run/n1/7/keeper.sock" >"$dir/peers" 3>&- &
    peers=$!
    soon grep -q connected "$dir/peers"
    sleep 2.2
    within 2 0 in_job 7
    kill "$peers"
    run descriptors "$(keeper_pid 7)"
    [ "${#lines[@]}" -lt 80 ]
    within 2 0 stop 7
    nothing_left
}

@test "a symbolic link or a user's directory in place of the run directory is refused" {
    local place
    mkdir -p "$dir/elsewhere/n1/7"
    touch "$dir/elsewhere/n1/7/keeper.sock"
    for place in run run/n1 run/n1/7; do
        mkdir -p "$(dirname "$dir/$place")"
        ln -s "$dir/elsewhere${place#run}" "$dir/$place"
        run start 7
        echo "$place: $output"
        [ "$status" = 2 ]
        [[ "$output" == *"symbolic link"* ]]
        within 1 0 stop 7
        [ -e "$dir/elsewhere/n1/7/keeper.sock" ]
        rm "$dir/$place"
        mkdir "$dir/$place"
        chown "$uid" "$dir/$place"
        run start 7
        [ "$status" = 2 ]
        [[ "$output" == *"can be changed by others than root"* ]]
        rm -r "$dir/run"
    done
    nothing_left
}

@test "what lies in the run directory and is not ours stays" {
    mkdir -p "$dir/run/n1/7/precious"
    chmod 700 "$dir/run/n1/7"
    touch "$dir/run/n1/7/precious/file"
    within 2 0 start 7
    within 2 0 stop 7
    [ -e "$dir/run/n1/7/precious/file" ]
    rm -r "$dir/run"
    nothing_left
}

@test "a mount root that others can exchange is never mounted on" {
    chmod 777 "$dir/mnt"
    within 2 1 start 7
    [[ "$output" == *"$dir/mnt can be changed by others"* ]]
    within 2 0 stop 7
    chmod 755 "$dir/mnt"
    nothing_left
}
