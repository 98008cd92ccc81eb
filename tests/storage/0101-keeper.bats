#!/usr/bin/env bats
# The keeper's life: start, join, stop; two jobs; requeue; what a step and the host see.

# shellcheck disable=SC2154,SC2016 # keeper.bash sets them; backquotes are in the sentences
load keeper

setup() { setup_keeper; }
teardown() { teardown_keeper; }

@test "a step that joins finds the volumes, the host does not" {
    within 2 0 start 7
    [ -z "$output" ]
    diff <(echo "$host_mounts") /proc/self/mountinfo
    run in_job 7 cat /proc/self/mountinfo
    [[ "$output" == *"state=ready"* && "$output" == *"job=7"* && "$output" == *"uid=$uid"* ]]
    [[ "$output" == *"workspace=vision"* && "$output" == *"experiment=digits"* ]]
    [[ "$output" == *"env.DATA_PLACE=/mnt/with space"* ]]
    [[ "$output" =~ $dir/mnt/one\ rw,nosuid,nodev,relatime\ -\ fuse.atelier\ atelier:store1/one ]]
    [[ "$output" =~ $dir/mnt/two\ ro,nosuid,nodev,relatime\ -\ fuse.atelier\ atelier:store2/two ]]
    [[ "$output" =~ user_id=$uid,group_id=$gid,allow_other,max_read=1048576 ]]
    within 2 0 stop 7
    [ -z "$output" ]
    nothing_left
}

@test "the settings of a framework are handed on, and the policy gets its name" {
    start 7 framework=tensorflow:ps=1,chief
    run in_job 7 true
    [[ "${lines[*]}" == *"framework=tensorflow framework_settings=ps=1,chief "* ]]
    stop 7
}

@test "nothing leaks into a host whose mounts are shared" {
    export keeper dir
    unshare --mount --propagation shared bash -e -c '
        mount --bind "$dir" "$dir" && mount --make-shared "$dir"
        cat /proc/self/mountinfo >"$dir/before"
        "$keeper" start "$@" uid=65534 gid=65534 workspace=vision
        diff "$dir/before" /proc/self/mountinfo
        "$keeper" stop "$@"' - "${settings[@]}" job=7 node=n1
    nothing_left
}

@test "not even root litters beside the volumes" {
    start 7
    run in_job 7 touch "$dir/mnt/litter"
    [[ "$output" == *"Read-only file system"* ]]
    stop 7
    nothing_left
}

@test "start and stop are one line each in the log" {
    start 7
    stop 7
    run cat "$dir/log"
    [ "${#lines[@]}" = 2 ]
    [[ "${lines[0]}" == *" atelier: start job=7 node=n1 workspace=vision experiment=digits"* ]]
    [[ "${lines[0]}" =~ ms=[0-9]+$ ]]
    [[ "${lines[1]}" == *" atelier: stopped job=7 node=n1"* ]]
    [[ "${lines[1]}" == *"one.bytes_read=11 one.bytes_written=22"* ]]
    [[ "${lines[1]}" =~ " one.seconds="[0-9]+\.[0-9]" two.seconds="[0-9]+\.[0-9]$ ]]
    nothing_left
}

@test "status prints what a step is told, and stop of nothing is well" {
    run status 7
    [ "$status" = 1 ]
    start 7
    run status 7
    [ "$status" = 0 ]
    [ "$(grep -v "^file_server\." <<<"$output")" = "$(in_job 7)" ]
    stop 7
    within 1 0 stop 7
    nothing_left
}

@test "without a workspace start does nothing" {
    within 1 0 "$keeper" start "${settings[@]}" job=7 uid=1 gid=1 node=n1
    within 1 0 "$keeper" start "${settings[@]}" job=7 uid=1 gid=1 node=n1 workspace=
    [ ! -e "$dir/log" ]
    nothing_left
}

@test "a prolog script needs no words but the settings" {
    export SLURM_JOB_ID=8 SLURM_JOB_UID=$uid SLURM_JOB_GID=$gid SLURMD_NODENAME=n1
    export SLURM_JOB_ACCOUNT=vision SLURM_JOB_PARTITION=cpu
    export SPANK__SLURM_SPANK_OPTION_atelier_workspace=vision
    export SPANK__SLURM_SPANK_OPTION_atelier_experiment=letters
    within 2 0 "$keeper" start "${settings[@]}"
    run in_job 8
    [[ "$output" == *"job=8"* && "$output" == *"experiment=letters"* ]]
    within 2 0 "$keeper" stop "${settings[@]}"
    nothing_left
}

@test "the words of a plugin of another release that it does not know: both releases" {
    ATELIER_PLUGIN_RELEASE=9.9.9 within 1 2 start 7 colour=red
    [[ ${lines[0]} == "atelier-keeper: the plugin is of Atelier 9.9.9 and the keeper of $(atelier_release), which want to be of one release: "*"colour"* ]]
    [ "${#lines[@]}" -eq 1 ]
    ATELIER_PLUGIN_RELEASE=9.9.9 within 2 0 start 7 # which is no fault by itself
    stop 7
    ATELIER_PLUGIN_RELEASE=$(atelier_release) within 1 2 start 7 colour=red
    [[ ${lines[0]} != *"9.9.9"* ]]
    nothing_left
}

@test "a wrong command line starts nothing" {
    local word
    for word in job=0 job=-1 job=+7 job=7x job= job=4294967295 job=99999999999 'job= 7' \
        uid=x gid=4294967295 node= node=a/b node=.. colour=red run=relative; do
        run start 7 "$word"
        echo "$word: $status $output"
        [ "$status" = 2 ]
        [ "$(grep -Evc '^(party|notice)=' <<<"$output")" = 1 ]
    done
    run "$keeper" begin job=7 node=n1
    [ "$status" = 2 ]
    run "$keeper"
    [ "$status" = 2 ]
    nothing_left
}

@test "two jobs on a node do not know each other" {
    start 7
    start 8
    run in_job 7 true
    in_job 8 cat /proc/self/mountinfo | grep -q "$dir/mnt/one"
    stop 7
    [ ! -e "$dir/run/n1/7" ]
    in_job 8 cat /proc/self/mountinfo | grep -q "$dir/mnt/one"
    [ "$(client_pids | wc -l)" = 2 ]
    stop 8
    nothing_left
}

@test "a requeued job replaces its older keeper" {
    local older
    start 7
    older=$(keeper_pid 7)
    start 7
    [ "$(keeper_pid 7)" != "$older" ]
    [ "$(client_pids | wc -l)" = 2 ]
    in_job 7 | grep -q state=ready
    stop 7
    nothing_left
}

@test "the keeper keeps nothing of its prolog" {
    local pid
    # A pipe that slurmd reads to its end, and a descriptor that leaked.
    within 2 0 bash -c '"$0" start "$@" 9>&1 2>&1 | cat' "$keeper" "${settings[@]}" job=7 \
        "uid=$uid" "gid=$gid" node=n1 workspace=vision
    pid=$(pgrep -f "^$keeper start .*run=$dir/run")
    run descriptors "$pid"
    [[ "$output" != *pipe:* ]]
    [ "${#lines[@]}" -le 13 ]
    [ "$(cut -d' ' -f6 "/proc/$pid/stat")" = "$pid" ]
    [ "$(readlink "/proc/$pid/cwd")" = / ]
    [ "$(stat -c %u "/proc/$pid/fd")" = 0 ]
    grep -q '^Max core file size *0 *0' "/proc/$pid/limits"
    if (echo -500 >/proc/self/oom_score_adj) 2>/dev/null; then # not in every container
        [ "$(cat "/proc/$pid/oom_score_adj")" = -500 ]
    fi
    "$keeper" stop "${settings[@]}" job=7 node=n1
    nothing_left
}

@test "a client gets its socket, three standard descriptors and a clean environment" {
    local pid
    # A score that can be inherited in every container, too.
    (echo 300 >/proc/self/oom_score_adj && LD_BIND_NOW=1 BASH_ENV=/x start 7)
    [ -n "$(client_pids)" ]
    for pid in $(client_pids); do
        [ "$(cat "/proc/$pid/oom_score_adj")" = 0 ]
        [ "$(tr '\0' '\n' <"/proc/$pid/environ")" = PATH=/usr/sbin:/usr/bin:/sbin:/bin ]
        run descriptors "$pid"
        [ "${#lines[@]}" = 6 ]
        [[ "${lines[3]}" == socket:* && "${lines[4]}" == "$dir/run/n1/"* ]] # the list of its locks
        [ "${lines[5]}" = /dev/fuse ]
    done
    # Only the client holds the mount: its death must abort it.
    run descriptors "$(keeper_pid 7)"
    [[ "$output" != */dev/fuse* ]]
    stop 7
    nothing_left
}

@test "SIGTERM is an orderly end" {
    start 7
    kill -TERM "$(keeper_pid 7)"
    soon no_process
    grep -q stopped "$dir/log"
    nothing_left
}

@test "the job's word for its variables comes before the workspace's" {
    start 7
    in_job 7 | grep -qx compat=
    stop 7
    engine "return { workspace = facts.workspace, compat = 'batchai' }"
    start 7
    in_job 7 | grep -qx compat=batchai
    stop 7
    start 7 compat=none
    in_job 7 | grep -qx compat=none
    stop 7
    nothing_left
}

@test "the job's directories are handed on, and only if they are a list" {
    start 7 with_input='A=/a,B=$A' with_output=M=/m
    in_job 7 | grep -qFx 'with_input=A=/a,B=$A'
    in_job 7 | grep -qx with_output=M=/m
    stop 7
    start 7 with_input=A=a with_output="$(printf 'M=/m\nstate=failed')"
    in_job 7 | grep -qx with_input=
    in_job 7 | grep -qx with_output=
    in_job 7 | grep -qx state=ready
    stop 7
    nothing_left
}
