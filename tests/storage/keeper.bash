# shellcheck shell=bash disable=SC2154 # top_builddir, output and status come from outside
# What the keeper's tests share: a keeper with a run directory, a policy engine and a mount
# root of its own below $dir, and a check that nothing of it is left.
#
# The policy engine is a stand-in that grants what the test's plan says, and so is the NFS
# client (stand_in_client.c): these tests are about the keeper alone.

keeper=$top_builddir/atelier-keeper
join=$top_builddir/tests/storage/join
uid=65534 # nobody
gid=65534

setup_keeper() {
    [ "$(id -u)" = 0 ] || skip "root is needed to make mount namespaces"
    [ -e /dev/fuse ] || skip "/dev/fuse is missing"
    dir=$(mktemp -d /run/atelier-keeper-test.XXXXXX)
    chmod 755 "$dir"
    mkdir -p "$dir/lua/atelier" "$dir/mnt"
    echo 'return {}' >"$dir/policy.lua"
    cp "$top_builddir/tests/storage/stand_in_client" "$dir/client"
    settings=("policy=$dir/policy.lua" "lua=$dir/lua" "nfs=$dir/client" "run=$dir/run" "state=$dir/state"
        "mounts=$dir/mnt" "log=$dir/log" "scontrol=$BATS_TEST_DIRNAME/slurm/scontrol")
    host_mounts=$(cat /proc/self/mountinfo)
    plan well well
}

# plan HOST...: volumes `one`, `two`, ... of the file servers `store1` (HOST), ...
plan() {
    local names=(one two three) entries='' host i=0
    for host in "$@"; do
        entries+="{ name = '${names[i]}', server = 'store$((i + 1))', host = '$host',
            export = '/volume', driver = 'libnfs', port = 2049, mount_port = 0,
            mode = '$([ "$i" = 1 ] && echo ro || echo rw)', deadline = ${deadline:-1} },"
        i=$((i + 1))
    done
    engine "return { workspace = facts.workspace, experiment = facts.experiment,
        framework = facts.framework, framework_settings = facts.framework_settings,
        mount = facts.mount, volumes = { $entries },
        environment = { DATA_PLACE = '/mnt/with space' } }"
}

# engine BODY: what the stand-in's on_node does.
engine() {
    printf 'return { load = function() return {} end,\n on_node = function(policy, facts) %s end }\n' \
        "$1" >"$dir/lua/atelier/engine.lua"
    mkdir -p "$dir/lua/atelier/base"
    echo "return { RELEASE = '$(atelier_release)', ENGINE_PROTOCOL = 1 }" >"$dir/lua/atelier/base/agreed.lua"
}

# The release of what is tested.
atelier_release() {
    sed -n 's/^#define RELEASE "\(.*\)"/\1/p' "$top_builddir/lib/agreed.h"
}

start() { # JOB [WORD...]
    local job=$1
    shift
    "$keeper" start "${settings[@]}" "job=$job" "uid=$uid" "gid=$gid" account=vision \
        partition=cpu node=n1 workspace=vision experiment=digits framework=pytorch "$@"
}

stop() { # JOB
    "$keeper" stop "${settings[@]}" "job=$1" node=n1
}

status() { # JOB
    "$keeper" status "${settings[@]}" "job=$1" node=n1
}

# in_job JOB COMMAND...: what a step of the job sees, after the keeper's answer.
in_job() {
    local job=$1
    shift
    "$join" "$dir/run/n1/$job/keeper.sock" "$@"
}

keeper_pid() { # JOB
    pgrep -f "^$keeper start .*run=$dir/run .*job=$1 "
}

client_pids() {
    pgrep -f "^$dir/client"
}

# descriptors PID: what each of them is, from 0 on.
descriptors() {
    local fd
    for fd in $(printf '%s\n' "/proc/$1/fd/"* | sort -V); do
        readlink "$fd"
    done
}

# Runs the command and fails when it takes longer than the seconds, or another status. A busy
# machine (tests/run) has longer.
within() { # SECONDS STATUS COMMAND...
    local seconds=$(($1 * ${CHECK_PATIENCE:-1})) wanted=$2 began=${EPOCHREALTIME/./}
    shift 2
    run "$@"
    printf '%s\nstatus %s after %s us\n' "$output" "$status" "$((${EPOCHREALTIME/./} - began))"
    [ "$status" = "$wanted" ]
    [ "$((${EPOCHREALTIME/./} - began))" -lt "$((seconds * 1000000))" ]
}

# Waits up to a second for the command to succeed, as long on a quiet machine.
soon() {
    local try
    for ((try = 0; try < 50 * ${CHECK_PATIENCE:-1}; try++)); do
        "$@" && return
        sleep 0.02
    done
    return 1
}

# Whether a client's note has somebody who holds it.
is_held() { # NOTE
    ! flock -n "$dir/run/n1/$1" true
}

no_process() {
    ! pgrep -f "$dir" >/dev/null
}

nothing_left() {
    soon no_process || {
        pgrep -af "$dir"
        return 1
    }
    diff <(echo "$host_mounts") /proc/self/mountinfo
    [ ! -e "$dir/run" ]
    [ -z "$(ls -A "$dir/mnt")" ]
}

teardown_keeper() {
    local pid
    [ -n "${dir:-}" ] || return 0
    for pid in $(pgrep -f "$dir/"); do # only the test's own processes name its directory
        kill -KILL "$pid" 2>/dev/null || true
    done
    soon no_process
    rm -rf --one-file-system "$dir"
}
