#!/usr/bin/env bats
# Jobs that are held to their memory by control groups, and killed for more than it: on a cluster of
# its own, where the host's groups can be written.

load cluster

machines=(head n1 n2)
nodes=(n1 n2)

# Of the version that is here, or what `up` says where neither is.
setup_file() {
    export ATELIER_SANDBOX=${ATELIER_SANDBOX:-/run/atelier-sandbox}-memory
    local said
    missing=
    for version in v2 v1; do
        said=$(cluster up --cgroup "$version" --nodes 2 2>&1) && export version && return
        case $said in
        *"no control groups of version"*) missing+=${missing:+; }${said#*: } ;;
        *)
            echo "$said" >&2
            return 1
            ;;
        esac
    done
    export missing
}
teardown_file() {
    cluster down >&2
    silent find /sys/fs/cgroup -maxdepth 2 -name "${ATELIER_SANDBOX##*/}"
}
setup() {
    [ -z "${missing-}" ] || skip "$missing"
    invariant_begin
}
teardown() { [ -n "${missing-}" ] || invariant_end; }

hungry='python3 -c "x = bytearray(400 << 20)"'
killed='the kernel killed 1 process of it for want of memory: it may use 100M there; ask for more by --mem, or use less'

is_killed() {
    run submit alice --workspace=vision --mem=100M -w n1 -o /home/alice/killed.txt --wrap "$hungry; exit 7"
    [ "$status" -ne 0 ]
    output=$(as alice cat /home/alice/killed.txt)
    [[ $output == *"atelier: job "*": on node n1 $killed"* ]]
}

# Slurm takes a group away when the last process has left it.
no_group_of_a_job() {
    silent on "$1" sh -c 'find /sys/fs/cgroup/*/ -path "*/job_*"'
}

@test "Slurm has the version that the machine has" {
    on head scontrol show config | grep -Eq "^CgroupPlugin *= cgroup/$version"
}

@test "a batch job whose program needs too much: its output, its record and explain say so" {
    is_killed
}

@test "... and so they do of a step" {
    run as alice salloc -Q --workspace=vision --mem=100M -w n2 \
        sh -c 'echo "job $SLURM_JOB_ID"; srun sh -c '\''python3 -c "x = bytearray(400 << 20)"'\'''
    [ "$status" -ne 0 ]
    [[ $output == *"atelier: job "*": on node n2 $killed"* ]]
    job=$(sed -n 's/^job //p' <<<"$output")
    wait_until 20 eval '[[ $(accounting "$job" AdminComment) == *"failure=at the end of step 0: on node n2 $killed"* ]]'
    run as alice atelier policy explain --job "$job"
    [[ $output == *"what went wrong: at the end of step 0: on node n2 $killed"* ]]
}

@test "what fits its memory runs, with its volumes, and nothing is said" {
    submit alice --workspace=vision --mem=300M -N2 -o /home/alice/fits.txt \
        --wrap 'srun sh -c "python3 -c \"x = bytearray(100 << 20)\" && test -d \$ATELIER_MOUNT_ROOT/datasets && echo fine"'
    output=$(as alice cat /home/alice/fits.txt)
    [ "$output" = $'fine\nfine' ]
}

# The keeper of a job that runs is in the group of the slurmd that has started it.
@test "slurmd that starts again under a job, and that is told to read its files again, does as before" {
    local began
    began=$(as alice sbatch --parsable --workspace=vision --mem=100M -w n1 -o /dev/null --wrap 'sleep 300')
    wait_until 30 eval '[ "$(on head squeue -h -j "$began" -o %T)" = RUNNING ]'
    on n1 sh -c 'pkill -x "slurmd(-wlm)?"; while pgrep -x "slurmd(-wlm)?" >/dev/null; do sleep 0.1; done; start-node'
    is_killed
    on head scontrol reconfigure
    is_killed
    as alice scancel "$began"
}

@test "nothing stays of a job's control groups" {
    local node
    submit alice --workspace=vision --mem=100M -N2 -o /dev/null --wrap 'srun true'
    for node in "${nodes[@]}"; do
        wait_until 20 no_group_of_a_job "$node"
    done
}
