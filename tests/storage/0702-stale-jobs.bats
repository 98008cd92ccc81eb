#!/usr/bin/env bats
# What killed keepers leave is removed by the next start on the node, whatever its job is, and
# nothing else is.

# shellcheck disable=SC2154,SC2016 # keeper.bash sets them; backquotes are in the sentences
load keeper

setup() { setup_keeper; }
teardown() {
    for place in "$dir/run/n1/6" "$dir/run/n1/7" "$dir/run/n1" "$dir/run"; do
        umount "$place" 2>/dev/null || true
    done
    teardown_keeper
}

die() { # JOB...: its keeper and clients are killed at once, and have let go of its directory
    local job
    for job in "$@"; do
        kill -KILL "$(keeper_pid "$job")"
    done
    for job in "$@"; do
        soon flock -n -x "$dir/run/n1/$job" true
    done
}

ready() { # JOB
    in_job "$1" true | grep -q state=ready
}

@test "the next job clears what another left, and no living one" {
    start 7
    start 8
    start 9
    die 7 9
    start 10
    [ ! -e "$dir/run/n1/7" ]
    [ ! -e "$dir/run/n1/9" ]
    grep -q ' atelier: cleared job=7 node=n1$' "$dir/log"
    [ "$(grep -c ' atelier: cleared' "$dir/log")" = 2 ]
    ready 8
    stop 8
    stop 10
    nothing_left
}

@test "a keeper that hangs lives, and so does one that is not ready yet" {
    local starting
    start 7
    kill -STOP "$(keeper_pid 7)"
    plan silent
    start 8 3>&- &
    starting=$!
    # Two clients are the first job's; with the third, the plan has been read.
    soon eval '[ "$(client_pids | wc -l)" = 3 ]'
    plan well
    start 9
    [ -S "$dir/run/n1/7/keeper.sock" ]
    [ -S "$dir/run/n1/8/keeper.sock" ]
    wait "$starting" || true # as it likes: its state is what counts
    in_job 8 true | grep -q state=failed
    kill -CONT "$(keeper_pid 7)"
    for job in 7 8 9; do stop "$job"; done
    nothing_left
}

@test "SIGKILL of start while its keeper prepares: the epilog or another start clears" {
    local starting
    plan silent
    start 7 3>&- &
    soon eval '[ -S "$dir/run/n1/7/keeper.sock" ]'
    starting=$(pgrep -f "^$keeper start .*run=$dir/run .*job=7 " | sort -n | head -n 1)
    kill -KILL "$starting"
    plan well
    start 8
    [ -S "$dir/run/n1/7/keeper.sock" ]
    die 7
    start 9
    [ ! -e "$dir/run/n1/7" ]
    stop 8
    stop 9
    nothing_left
}

@test "nothing is touched below a mount point" {
    mkdir -p "$dir/run/n1/6" "$dir/run/n1/7" "$dir/elsewhere"
    chmod -R 700 "$dir/run"
    mount -t tmpfs tmpfs "$dir/run/n1/6"
    mount --bind "$dir/elsewhere" "$dir/run/n1/7" # the same file system
    touch "$dir/run/n1/6/keeper.sock" "$dir/elsewhere/keeper.sock"
    start 8
    within 2 2 start 7
    [[ "$output" == *"$dir/run/n1/7 is a mount point, below which nothing is touched"* ]]
    within 1 0 stop 7
    [ -e "$dir/run/n1/6/keeper.sock" ]
    [ -e "$dir/elsewhere/keeper.sock" ]
    stop 8
    umount "$dir/run/n1/6" "$dir/run/n1/7"
    mount --bind "$dir/elsewhere" "$dir/run/n1"
    mkdir "$dir/elsewhere/5"
    within 2 2 start 8
    [[ "$output" == *"$dir/run/n1 is a mount point"* ]]
    [ -e "$dir/elsewhere/5" ]
    umount "$dir/run/n1"
    start 8 # clears the two directories that were mount points
    stop 8
    nothing_left
}

@test "what lies there and is not ours stays" {
    mkdir -p "$dir/run/n1/6/precious" "$dir/run/n1/notes" "$dir/run/n1/7" "$dir/elsewhere"
    ln -s "$dir/elsewhere" "$dir/run/n1/5"
    chmod -R 700 "$dir/run"
    touch "$dir/elsewhere/keeper.sock" "$dir/run/n1/7/file"
    start 8
    stop 8
    [ -d "$dir/run/n1/6/precious" ]
    [ -d "$dir/run/n1/notes" ]
    [ -e "$dir/run/n1/7/file" ]
    [ -e "$dir/elsewhere/keeper.sock" ]
    [ -L "$dir/run/n1/5" ]
    rm -r "$dir/run"
    nothing_left
}

@test "many starts and stops at once clear what is stale and keep what lives" {
    local round job pids=()
    start 5
    for job in 100 101 102 103 104 105 106 107; do
        mkdir -m 700 "$dir/run/n1/$job"
    done
    for job in 11 12 13 14; do
        (for round in 1 2 3 4; do
            start "$job" && ready "$job" && stop "$job" || echo "$job: round $round" >>"$dir/failed"
            mkdir -m 700 "$dir/run/n1/2$job" 2>/dev/null || true
        done) 3>&- &
        pids+=($!)
    done
    wait "${pids[@]}"
    cat "$dir/failed" 2>/dev/null || true
    [ ! -e "$dir/failed" ]
    ready 5
    start 6
    [ "$(cd "$dir/run/n1" && echo [0-9]*)" = '5 6' ]
    stop 5
    stop 6
    nothing_left
}
