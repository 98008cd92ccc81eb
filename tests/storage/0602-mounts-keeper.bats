#!/usr/bin/env bats
# The keeper and --mount: flags, hiding, failures half-way, a server that dies while a directory is
# opened. The file servers are stand-ins that answer no request of FUSE.

# shellcheck disable=SC2154,SC2016 # keeper.bash sets them; backquotes are in the sentences
load keeper

setup() {
    setup_keeper
    deadline=1
}
teardown() { teardown_keeper; }

# mounts PARTS_ONLY MOUNT...: a plan with the volumes `one` and `two`, the latter of parts only or
# not, and the mounts, each a Lua table.
mounts() {
    local parts=$1
    shift
    local IFS=,
    engine "local function volume(name, server, subdirectories)
            return { name = name, server = server, host = 'well', export = '/volume',
                driver = 'libnfs', port = 2049, mount_port = 0, mode = 'rw',
                deadline = $deadline, subdirectories = subdirectories }
        end
        return { workspace = facts.workspace, mount = facts.mount,
            volumes = { volume('one', 'store1'),
            volume('two', 'store2', $parts) }, mounts = { $* } }"
}

@test "a mount is its volume's, nosuid and nodev, and read-only when asked" {
    mounts nil "{ name = 'a', volume = 'one', mode = 'rw' }" "{ name = 'b', volume = 'two', mode = 'ro' }"
    within 2 0 start 7
    run in_job 7 cat /proc/self/mountinfo
    [[ "$output" =~ $dir/mnt/a\ rw,nosuid,nodev,relatime\ -\ fuse.atelier\ atelier:store1/one ]]
    [[ "$output" =~ $dir/mnt/b\ ro,nosuid,nodev,relatime\ -\ fuse.atelier\ atelier:store2/two ]]
    [[ "$output" =~ $dir/mnt/two\ rw, ]]
    within 2 0 stop 7
    nothing_left
}

@test "a job without mounts starts no process for them" {
    mounts nil
    start 7
    [ "$(pgrep -f "^$keeper start .*run=$dir/run" | wc -l)" = 1 ]
    stop 7
    mounts nil "{ name = 'a', volume = 'one', mode = 'rw' }"
    start 7
    [ "$(pgrep -f "^$keeper start .*run=$dir/run" | wc -l)" = 1 ]
    run descriptors "$(keeper_pid 7)"
    [ "${#lines[@]}" -le 13 ]
    stop 7
    nothing_left
}

@test "the step is told what was asked for, and only if it is a list" {
    mounts nil "{ name = 'a', volume = 'one', mode = 'rw' }"
    start 7 mount=one:a
    in_job 7 | grep -qx mount=one:a
    stop 7
    run start 7 $'mount=one:a\nx'
    [ "$status" = 1 ]
    [[ "$output" == *"--mount=one:a?x: "* ]]
    in_job 7 | grep -qx mount=
    stop 7
    nothing_left
}

@test "a server that dies while a directory is opened fails the job within the deadline" {
    mounts nil "{ name = 'a', volume = 'one', mode = 'rw' }" \
        "{ name = 'b', volume = 'two', below = 'sub', mode = 'rw' }"
    within 3 1 start 7
    [[ "$output" == *"workspace \`vision\` on node n1 after "*" s: volume \`two\`: file server \`store2\` (well) did not answer within 1.0 s"* ]]
    [[ "$output" == *"--mount \`b\`"* ]]
    [ "${#lines[@]}" = 3 ]
    [ "${lines[1]}" = party=storage ]
    [[ "${lines[2]}" == "notice=workspace "* ]]
    [ -z "$(client_pids)" ]
    in_job 7 sh -c "echo x >$dir/mnt/a/out && echo x >$dir/mnt/b/out && echo x >$dir/mnt/two/out"
    within 1 0 stop 7
    nothing_left
}

@test "a failed job's scratch directories are those of what it would see" {
    mounts "{ 'sub' }" "{ name = 'b', volume = 'two', boundary = 'sub', mode = 'rw' }"
    within 3 1 start 7
    run in_job 7 ls "$dir/mnt"
    [ "${lines[*]: -2}" = "b one" ]
    run in_job 7 awk -v at="$dir/mnt/b" '$5 == at' /proc/self/mountinfo
    [[ "${lines[-1]}" == *nosuid,nodev*tmpfs*uid=$uid* ]]
    stop 7
    nothing_left
}

@test "a policy that answers nonsense mounts nothing" {
    local bad
    for bad in "{ name = 'one', volume = 'one', mode = 'rw' }" "{ name = 'a', volume = 'three', mode = 'rw' }" \
        "{ name = '..', volume = 'one', mode = 'rw' }" "{ name = 'a', volume = 'one', below = '../x', mode = 'rw' }" \
        "{ name = 'a', volume = 'one', below = '/etc', mode = 'rw' }" "{ name = 'a', volume = 'two', mode = 'rw' }" \
        "{ name = 'a', volume = 'one', mode = 'suid' }" "7"; do
        mounts "{ 'sub' }" "$bad"
        run start 7
        echo "$bad: $output"
        [ "$status" = 1 ]
        [[ "$output" == *"policy.lua cannot be used: the policy's mount 1"* ]]
        stop 7
    done
    nothing_left
}

@test "SIGKILL of the keeper while a directory is opened leaves nothing" {
    local before
    deadline=4
    mounts nil "{ name = 'b', volume = 'two', below = 'sub', mode = 'rw' }"
    start 7 >/dev/null 2>&1 &
    opener() { pgrep -u "$uid" -f "^$keeper start" >/dev/null; }
    soon opener
    for before in $(pgrep -u 0 -f "^$keeper start .*run=$dir/run"); do
        kill -KILL "$before"
    done
    [ -n "$before" ]
    wait $! || true
    within 2 0 stop 7
    nothing_left
}

@test "the process that opens is the user, with nothing but its socket" {
    local pid
    deadline=2
    mounts nil "{ name = 'b', volume = 'two', below = 'sub', mode = 'rw' }"
    start 7 >/dev/null 2>&1 &
    opener() { pid=$(pgrep -u "$uid" -f "^$keeper start"); }
    soon opener
    grep -qx "Uid:.$uid.$uid.$uid.$uid" "/proc/$pid/status"
    grep -qx "Gid:.$gid.$gid.$gid.$gid" "/proc/$pid/status"
    grep -qx "Groups:.$gid " "/proc/$pid/status"
    grep -q "^CapEff:.0*$" "/proc/$pid/status"
    grep -q "^NoNewPrivs:.1$" "/proc/$pid/status"
    [ "$(stat -c %u "/proc/$pid/fd")" = 0 ] # not dumpable: out of the user's reach
    wait $! || true
    stop 7
    nothing_left
}
