# Control groups: each machine has one of its own, in every hierarchy of version 1 that Slurm uses or
# in that of version 2, and sees nothing above it. Needs $state.
# shellcheck shell=bash

cgroup_controllers=(cpuacct cpuset devices freezer memory)
cgroup_controllers_of_v2=(cpu cpuset memory pids)

# cgroup_has VERSION: whether they can be had here.
cgroup_has() {
    [ -z "$(cgroup_missing "$1")" ]
}

# cgroup_missing VERSION: the controllers of the host that cannot be used. In version 2 there may be
# no hierarchy of version 1 beside it, even of another controller: Slurm demands that.
cgroup_missing() {
    local controller
    case $1 in
    v1)
        for controller in "${cgroup_controllers[@]}"; do
            [ -w "/sys/fs/cgroup/$controller/cgroup.procs" ] || echo "$controller"
        done
        ;;
    v2)
        for controller in "${cgroup_controllers_of_v2[@]}"; do
            grep -qw "$controller" /sys/fs/cgroup/cgroup.controllers 2>/dev/null &&
                [ "$(wc -l </proc/self/cgroup)" -eq 1 ] && [ -w /sys/fs/cgroup/cgroup.subtree_control ] ||
                echo "$controller"
        done
        ;;
    esac
}

# cgroup_lacks VERSION: why not.
cgroup_lacks() {
    local beside
    echo -n "this machine has no control groups of version ${1#v} to write to: $(cgroup_missing "$1" | paste -sd ' ')"
    beside=$(sed -n 's/^[1-9][0-9]*:\([a-z]*\):.*/\1/p' /proc/self/cgroup | paste -sd ' ')
    [ "$1" = v1 ] || [ -z "$beside" ] || echo -n " (it has in version 1: $beside)"
    echo
}

# Where the sandbox's groups are: a directory of each hierarchy.
cgroup_places() {
    local controller
    for controller in "${cgroup_controllers[@]}"; do
        echo "/sys/fs/cgroup/$controller/${state##*/}"
    done
    echo "/sys/fs/cgroup/${state##*/}"
}

# cgroup_enter MACHINE: the caller becomes a member of the machine's own, which it then takes for
# the root of all.
cgroup_enter() {
    case $(<"$state/cgroup") in
    v1) cgroup_enter_v1 "$1" ;;
    v2)
        mkdir -p "/sys/fs/cgroup/${state##*/}/$1"
        echo 0 >"/sys/fs/cgroup/${state##*/}/$1/cgroup.procs"
        ;;
    esac
}

# A cpuset that is empty takes nobody.
cgroup_enter_v1() {
    local controller group key
    for controller in "${cgroup_controllers[@]}"; do
        group=/sys/fs/cgroup/$controller/${state##*/}/$1
        mkdir -p "$group"
        if [ "$controller" = cpuset ]; then
            for key in cpus mems; do
                cat "/sys/fs/cgroup/cpuset/cpuset.$key" >"${group%/*}/cpuset.$key"
                cat "/sys/fs/cgroup/cpuset/cpuset.$key" >"$group/cpuset.$key"
            done
        fi
        echo 0 >"$group/cgroup.procs"
    done
}

# cgroup_settle MACHINE: in version 2 a group has controllers below it, or processes in it. The
# machine's are in `init`; Slurm's steps are to be in `system.slice`.
cgroup_settle() {
    local group=/sys/fs/cgroup/${state##*/}/$1 above
    [ "$(<"$state/cgroup")" = v2 ] || return 0
    mkdir "$group/init" "$group/system.slice"
    echo 0 >"$group/init/cgroup.procs"
    for above in /sys/fs/cgroup "${group%/*}" "$group" "$group/system.slice"; do
        printf '+%s ' "${cgroup_controllers_of_v2[@]}" >"$above/cgroup.subtree_control"
    done
}

# cgroup_join MACHINE: for whoever enters the machine. In version 2 slurmd must be in a group that it
# sees; in version 1 it moves its steps to one.
cgroup_join() {
    [ "$(<"$state/cgroup")" != v2 ] ||
        echo 0 >"/sys/fs/cgroup/${state##*/}/$1/init/cgroup.procs"
}

# For nsenter: names of groups are to be those that the machine sees.
cgroup_option() {
    [ "$(<"$state/cgroup")" = none ] || echo --cgroup
}

# In the new root, which the working directory is. In version 2 the topmost group takes no process,
# since it is not the host's topmost; but there Slurm before 24.11 moves each step that ends, and what
# cannot go stays, with its groups: it goes to `init`.
cgroup_mount() {
    local controller
    if [ "$(<"$state/cgroup")" = v2 ]; then
        mount -t cgroup2 -o nosuid,nodev,noexec cgroup sys/fs/cgroup
        mount --bind sys/fs/cgroup/init/cgroup.procs sys/fs/cgroup/cgroup.procs
        return
    fi
    mount -t tmpfs -o nosuid,nodev,noexec,mode=0755 cgroup sys/fs/cgroup
    for controller in "${cgroup_controllers[@]}"; do
        mkdir "sys/fs/cgroup/$controller"
        mount -t cgroup -o "nosuid,nodev,noexec,$controller" cgroup "sys/fs/cgroup/$controller"
    done
}

# When no process is left in any of them.
cgroups_remove() {
    local group
    for group in $(cgroup_places); do
        [ ! -d "$group" ] || find "$group" -depth -type d -exec rmdir {} + ||
            fail "cannot remove $group"
    done
}
