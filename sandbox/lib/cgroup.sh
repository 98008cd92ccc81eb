# Control groups of version 1: each machine has one of its own in every hierarchy that Slurm
# uses, and sees nothing above it. Needs $state.
# shellcheck shell=bash

cgroup_controllers=(cpuacct cpuset devices freezer memory)

cgroup_has_v1() {
    [ -z "$(cgroup_missing)" ]
}

# Those of the host that cannot be written.
cgroup_missing() {
    local controller
    for controller in "${cgroup_controllers[@]}"; do
        [ -w "/sys/fs/cgroup/$controller/cgroup.procs" ] || echo "$controller"
    done
}

cgroup_lacks_v1() {
    echo "this machine has no control groups of version 1 to write to: $(cgroup_missing | paste -sd ' ')"
}

# cgroup_of CONTROLLER
cgroup_of() {
    echo "/sys/fs/cgroup/$1/${state##*/}"
}

# cgroup_enter MACHINE: the caller becomes a member of the machine's own. A cpuset that is empty
# takes nobody.
cgroup_enter() {
    local controller group key
    for controller in "${cgroup_controllers[@]}"; do
        group=$(cgroup_of "$controller")/$1
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

# For nsenter: names of groups are to be those that the machine sees.
cgroup_option() {
    [ "$(<"$state/cgroup")" = none ] || echo --cgroup
}

# In the new root, which the working directory is.
cgroup_mount() {
    local controller
    mount -t tmpfs -o nosuid,nodev,noexec,mode=0755 cgroup sys/fs/cgroup
    for controller in "${cgroup_controllers[@]}"; do
        mkdir "sys/fs/cgroup/$controller"
        mount -t cgroup -o "nosuid,nodev,noexec,$controller" cgroup "sys/fs/cgroup/$controller"
    done
}

# When no process is left in any of them.
cgroups_remove() {
    local controller group
    for controller in "${cgroup_controllers[@]}"; do
        group=$(cgroup_of "$controller")
        [ ! -d "$group" ] || find "$group" -depth -type d -exec rmdir {} + ||
            fail "cannot remove $group"
    done
}
