#!/usr/bin/env bats
# The mount namespace that Slurm makes for a job: the volumes are put into it, and steps are given
# it. Who may hand it over, and what is taken for one.

# shellcheck disable=SC2154,SC2016 # keeper.bash sets them; backquotes are in the sentences
load keeper

hand=$top_builddir/tests/storage/hand

setup() {
    setup_keeper
    mkdir "$dir/jc"
}
teardown() {
    teardown_keeper
    rm -rf --one-file-system "${place:-$dir/none}"
}

# slurms [WORD...]: a process in a mount namespace as Slurm makes it, private, or as `unshare WORD...`
# does; its number is in $slurms. Its name has the test's directory, so that teardown finds it.
slurms() {
    # shellcheck disable=SC2016 # for the shell inside
    unshare --mount "${@:---propagation=private}" \
        bash -c 'exec -a "$0" sleep 100' "$dir/slurms" >/dev/null 2>&1 3>&- &
    slurms=$!
    disown
    soon in_slurms true
    soon test "$(readlink "/proc/$slurms/ns/mnt")" != "$(readlink /proc/self/ns/mnt)"
}

in_slurms() {
    grep -qF "$dir/slurms" "/proc/$slurms/cmdline" && nsenter --target "$slurms" --mount -- "$@"
}

end_slurms() {
    kill -KILL "$slurms"
}

# hands JOB [DIRECTORY]: the keeper gets that namespace, and has put the volumes in it.
hands() {
    run "$hand" "$dir/run/n1/$1/keeper.sock" "$1" "/proc/$slurms/ns/mnt" "${@:2}"
    echo "$output"
    [[ "$status" == 0 && "$output" == *state=ready* && "$output" != *error=* ]]
}

@test "the volumes are in it as in the keeper's, and steps are given it" {
    start 7
    slurms
    hands 7
    run in_slurms cat /proc/self/mountinfo
    [[ "$output" =~ $dir/mnt\ ro,nosuid,nodev,relatime\ -\ tmpfs\ atelier ]]
    [[ "$output" =~ $dir/mnt/one\ rw,nosuid,nodev,relatime\ -\ fuse.atelier\ atelier:store1/one ]]
    [[ "$output" =~ $dir/mnt/two\ ro,nosuid,nodev,relatime\ -\ fuse.atelier\ atelier:store2/two ]]
    [ "$(in_job 7 readlink /proc/self/ns/mnt | tail -n 1)" = "$(readlink "/proc/$slurms/ns/mnt")" ]
    diff <(echo "$host_mounts") /proc/self/mountinfo
    within 2 0 stop 7
    end_slurms
    nothing_left
}

@test "told twice, it is the same; another one is refused, and changes nothing" {
    local first
    start 7
    slurms
    first=$slurms
    hands 7
    hands 7
    slurms
    run "$hand" "$dir/run/n1/7/keeper.sock" 7 "/proc/$slurms/ns/mnt"
    [[ "$output" == *"error=job 7 has another mount namespace already"* ]]
    run in_slurms cat /proc/self/mountinfo
    [[ "$output" != *"$dir/mnt"* ]]
    end_slurms
    slurms=$first
    run in_job 7 readlink /proc/self/ns/mnt
    [[ "$output" == *state=ready* && "${lines[-1]}" = "$(readlink "/proc/$first/ns/mnt")" ]]
    stop 7
    end_slurms
    nothing_left
}

@test "at the end it is let go, and what has outlived the job in it sees nothing more" {
    start 7
    slurms
    hands 7
    run descriptors "$(keeper_pid 7)"
    [[ "$output" == *"$(readlink "/proc/$slurms/ns/mnt")"* ]]
    stop 7
    run in_slurms cat /proc/self/mountinfo
    [[ -n "$output" && "$output" != *"$dir/mnt"* ]]
    end_slurms
    nothing_left
}

@test "where Slurm looks for it from inside, a way leads to where one is" {
    start 7
    slurms
    hands 7 "$dir/jc"
    [ "$(in_slurms readlink "$dir/jc/.ns")" = /proc/self/ns/mnt ]
    in_slurms grep -q " $dir/jc rw,nosuid,nodev,noexec,relatime - tmpfs atelier .*mode=700" \
        /proc/self/mountinfo
    # shellcheck disable=SC2016 # for the shell inside
    in_slurms sh -c '[ "$(stat -L -c %i "$1")" = "$(stat -L -c %i /proc/self/ns/mnt)" ]' - "$dir/jc/.ns"
    [ -z "$(ls -A "$dir/jc")" ]
    stop 7
    end_slurms
    rmdir "$dir/jc"
    nothing_left
}

@test "places and parts of volumes are in it, too" {
    place=$(mktemp -d /srv/atelier-keeper-test.XXXXXX) # no place may be below /run
    chmod 755 "$place"
    engine "return { workspace = facts.workspace, mount = facts.mount, volumes = {
        { name = 'one', server = 'store1', host = 'well', export = '/volume', driver = 'libnfs',
          port = 2049, mount_port = 0, mode = 'rw', deadline = 1, place = '$place' } },
        mounts = { { name = 'part', volume = 'one', mode = 'ro' } } }"
    start 7
    in_job 7 grep -q " $place rw" /proc/self/mountinfo
    slurms
    hands 7
    run in_slurms cat /proc/self/mountinfo
    [[ "$output" =~ $place\ rw,nosuid,nodev,relatime\ -\ fuse.atelier\ atelier:store1/one ]]
    [[ "$output" =~ $dir/mnt/part\ ro,nosuid,nodev,relatime\ -\ fuse.atelier ]]
    stop 7
    run in_slurms cat /proc/self/mountinfo
    [[ -n "$output" && "$output" != *"$dir/mnt"* && "$output" != *"$place"* ]]
    end_slurms
    nothing_left
}

@test "a volume that is lost while the job runs fails at once in there, too" {
    plan well
    start 7
    slurms
    hands 7
    kill -KILL "$(client_pids)"
    soon grep -q ' atelier: lost job=7' "$dir/log"
    run timeout 5 nsenter --target "$slurms" --mount -- ls "$dir/mnt/one"
    [[ "$status" != 0 && "$output" == *"Transport endpoint is not connected"* ]]
    in_job 7 | grep -q 'error=.*was lost while the job ran'
    stop 7
    end_slurms
    nothing_left
}

@test "a job that the policy refuses has its scratch directories there" {
    engine "return { refuse = 'no such workspace' }"
    run start 7
    [ "$status" = 1 ]
    slurms
    hands 7
    in_slurms grep -q " $dir/mnt rw,nosuid,nodev,relatime - tmpfs atelier .*uid=$uid" \
        /proc/self/mountinfo
    run in_job 7 readlink /proc/self/ns/mnt
    [[ "$output" == *state=failed* && "${lines[-1]}" = "$(readlink "/proc/$slurms/ns/mnt")" ]]
    stop 7
    end_slurms
    nothing_left
}

@test "nothing of it shows on a host that shares its mounts with it" {
    export keeper dir hand
    unshare --mount --propagation shared bash -e -c '
        mount --bind "$dir" "$dir" && mount --make-shared "$dir"
        cat /proc/self/mountinfo >"$dir/before"
        "$keeper" start "$@" uid=65534 gid=65534 workspace=vision
        unshare --mount --propagation unchanged bash -c "exec -a \"\$0\" sleep 100" "$dir/slurms" &
        until [ "$(readlink "/proc/$!/ns/mnt")" != "$(readlink /proc/self/ns/mnt)" ]; do sleep 0.02; done
        "$hand" "$dir/run/n1/7/keeper.sock" 7 "/proc/$!/ns/mnt" "$dir/jc" | grep state=ready
        nsenter --target $! --mount grep -q "$dir/mnt/one" /proc/self/mountinfo
        diff "$dir/before" /proc/self/mountinfo
        kill -KILL $!
        "$keeper" stop "$@"' - "${settings[@]}" job=7 node=n1
    nothing_left
}

# refuses WORDS FILE: of what is no mount namespace of root's for this job; it fails, and steps stay
# where they are.
refuses() {
    start 7
    run "$hand" "$dir/run/n1/7/keeper.sock" 7 "$2" "$dir/jc"
    echo "$output"
    [[ "$status" == 0 && "$output" == *"state=failed"* ]]
    [[ "$output" == *"node n1: the volumes cannot be put into the mount namespace that Slurm makes for each job (JobContainerType or NamespaceType in slurm.conf): what came as the mount namespace that Slurm made for the job is $1; tell your administrator"* ]]
    run in_job 7
    [[ "$output" == *state=failed* && "$output" == *"error=node n1: the volumes cannot"* ]]
    run in_job 7 true
    [[ "$status" = 1 && "$output" == *"cannot enter"* ]]
    grep -q ' atelier: failed job=7 .*the volumes cannot be put' "$dir/log"
    stop 7
    rm "$dir/log"
}

@test "no other namespace is taken for it" {
    refuses "the node's own" /proc/self/ns/mnt
    refuses "no mount namespace" /proc/self/ns/uts
    refuses "no mount namespace" /etc/passwd
    refuses "no mount namespace" /dev/null
    nothing_left
}

@test "nor is one of a user's own making" {
    setpriv --reuid "$uid" --regid "$gid" --clear-groups unshare --user --map-root-user --mount true ||
        skip "users cannot make namespaces here"
    # shellcheck disable=SC2016 # for the shell inside
    setpriv --reuid "$uid" --regid "$gid" --clear-groups unshare --user --map-root-user --mount \
        bash -c 'exec -a "$0" sleep 100' "$dir/slurms" >/dev/null 2>&1 3>&- &
    slurms=$!
    disown
    soon grep -qF "$dir/slurms" "/proc/$slurms/cmdline"
    refuses "not of root's making" "/proc/$slurms/ns/mnt"
    end_slurms
    nothing_left
}

@test "the keeper's own is none" {
    start 7
    run "$hand" "$dir/run/n1/7/keeper.sock" 7 "/proc/$(keeper_pid 7)/ns/mnt"
    [[ "$output" == *"is the keeper's own; "* ]]
    stop 7
    nothing_left
}

@test "whoever is not where slurmd is, or speaks of another job, has no answer and changes nothing" {
    start 7
    slurms
    run unshare --mount "$hand" "$dir/run/n1/7/keeper.sock" 7 "/proc/$slurms/ns/mnt"
    [ "$status" = 1 ]
    run in_slurms "$hand" "$dir/run/n1/7/keeper.sock" 7 /proc/self/ns/mnt
    [ "$status" = 1 ]
    run "$hand" "$dir/run/n1/7/keeper.sock" 8 "/proc/$slurms/ns/mnt"
    [ "$status" = 1 ]
    run in_slurms cat /proc/self/mountinfo
    [[ -n "$output" && "$output" != *"$dir/mnt"* ]]
    run in_job 7 readlink /proc/self/ns/mnt
    [[ "$output" == *state=ready* && "${lines[-1]}" != "$(readlink "/proc/$slurms/ns/mnt")" ]]
    stop 7
    end_slurms
    nothing_left
}

@test "where a mount cannot be made in it, nothing stays there, and the job says why" {
    start 7
    slurms
    in_slurms mount -t tmpfs -o ro none "$dir"
    run "$hand" "$dir/run/n1/7/keeper.sock" 7 "/proc/$slurms/ns/mnt"
    [[ "$output" == *"error=node n1: the volumes cannot be put into "*": cannot make the directory $dir/mnt: Read-only file system; tell your administrator"* ]]
    stop 7
    start 7
    in_slurms umount "$dir"
    chown "$uid" "$dir/jc"
    run "$hand" "$dir/run/n1/7/keeper.sock" 7 "/proc/$slurms/ns/mnt" "$dir/jc"
    [[ "$output" == *"$dir/jc can be changed by others than root"* ]]
    run in_slurms cat /proc/self/mountinfo
    [[ -n "$output" && "$output" != *"$dir/mnt"* ]]
    stop 7
    end_slurms
    nothing_left
}

# What Slurm looks for lies on a file system that nobody serves.
@test "where putting them there does not end, nothing stays there, and the job says why" {
    start 7
    slurms
    # shellcheck disable=SC2016 # for the shell inside
    in_slurms bash -c 'exec 9<>/dev/fuse
        mount -i -t fuse -o fd=9,rootmode=40000,user_id=0,group_id=0 dead "$1" && touch "$2/served" && exec sleep 100' \
        "$dir/slurms" "$dir/jc" "$dir" >/dev/null 2>&1 3>&- &
    soon test -e "$dir/served"
    run "$hand" "$dir/run/n1/7/keeper.sock" 7 "/proc/$slurms/ns/mnt" "$dir/jc"
    echo "$output"
    [[ "$output" == *"error=node n1: the volumes cannot be put into "*": putting them there did not end in time; tell"* ]]
    run in_slurms cat /proc/self/mountinfo
    [[ -n "$output" && "$output" != *"$dir/mnt"* ]]
    rm "$dir/served"
    stop 7
    end_slurms
    kill %1
    nothing_left
}

@test "Slurm's directory may have a long path" {
    local deep=$dir/jc
    for _ in {1..5}; do deep+=/$(printf 'x%.0s' {1..200}); done
    mkdir -p "$deep"
    start 7
    slurms
    hands 7 "$deep"
    [ "$(in_slurms readlink "$deep/.ns")" = /proc/self/ns/mnt ]
    stop 7
    end_slurms
    rm -r "$dir/jc"
    nothing_left
}

# The kernel binds a namespace only where its number is greater than that of the one that it is
# bound in; Linux 6.18 counts on each processor by itself.
@test "a script of the prolog finds it by itself" {
    local words=("${settings[@]}" job=7 node=n1)
    export keeper dir join
    export SLURM_SCRIPT_CONTEXT=prolog_slurmd
    mkdir "$dir/jc/7"
    touch "$dir/jc/7/.ns"
    taskset -c 0 unshare --mount --propagation private bash -e -c '
        mount --bind "$dir/jc" "$dir/jc"
        unshare --mount="$dir/jc/7/.ns" bash -c "exec -a \"\$0\" sleep 100" "$dir/slurms" &
        until grep -q "jc/7/.ns" /proc/self/mountinfo; do sleep 0.02; done
        "$keeper" start "$@" uid=65534 gid=65534 workspace=vision
        until grep -qF "$dir/slurms" "/proc/$!/cmdline"; do sleep 0.02; done
        nsenter --target $! --mount grep " $dir/mnt/one " /proc/self/mountinfo
        nsenter --target $! --mount readlink "$dir/jc/7/.ns" | grep /proc/self/ns/mnt
        [ "$("$join" "$dir/run/n1/7/keeper.sock" readlink /proc/self/ns/mnt | tail -n 1)" = "$(readlink /proc/$!/ns/mnt)" ]
        kill -KILL $!
        "$keeper" stop "$@"' - "${words[@]}"
    nothing_left
}
