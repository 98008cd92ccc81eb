# memory.sh: in the guest: the control groups of a step as Slurm's cgroup/v2 makes them, and a task of it
# that takes too much.
# shellcheck shell=bash disable=SC1091
# Expects in /guest: memory_said.
. /guest/inside.sh

groups=/sys/fs/cgroup
scope=$groups/system.slice/n1_slurmstepd.scope
job=$scope/job_5
step=$job/step_0

# delegate GROUP...: its controllers, to those below it.
delegate() {
    local group
    for group in "$@"; do
        echo '+memory +cpuset +cpu +pids' >"$group/cgroup.subtree_control"
    done
}

prepare() {
    mount -t cgroup2 cgroup $groups
    mkdir -p $step/slurm $step/user/task_0 $scope/system
    delegate $groups $groups/system.slice $scope $job $step $step/user
    echo $((100 << 20)) >$job/memory.max
    echo 0 >$job/memory.swap.max
}

# within_group GROUP COMMAND...
within_group() {
    sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$@"
}

said() {
    within_group $step/slurm /guest/memory_said n1 >/run/said
}

prepare
ok "nothing was killed" fails said
ok "a task fits its memory" within_group $step/user/task_0 /usr/bin/python3 -c 'x = bytearray(20 << 20)'
ok "... and nothing was killed" fails said
ok "a task takes too much, and is killed" fails within_group $step/user/task_0 /usr/bin/python3 -c 'x = bytearray(400 << 20)'
ok "... which the step tells" said
ok "... with how many, where, and the job's limit" [ "$(cat /run/said)" = \
    "on node n1 the kernel killed 1 process of it for want of memory: it may use 100M there; ask for more by --mem, or use less" ]
echo $((50 << 20)) >$step/memory.max
ok "the step's own limit goes before the job's" said
ok "... and is told" grep -q 'it may use 50M there' /run/said
mkdir -p $job/step_1/slurm
ok "another step of the job is told nothing" fails within_group $job/step_1/slurm /guest/memory_said n1
finish
