#!/usr/bin/env bats
# A controller whose Slurm is newer than its nodes', as in the middle of a rolling upgrade. It has a
# sandbox of its own, of two other releases of Debian. Users are where Slurm is the nodes': an srun
# that is newer than a slurmd starts nothing there ("Zero Bytes were transmitted or received").

ATELIER_SANDBOX=${ATELIER_SANDBOX:-/run/atelier-sandbox}
ATELIER_SANDBOX=${ATELIER_SANDBOX%-mixed}-mixed
export ATELIER_SANDBOX
load cluster

machines=(head n1 n2)
head=testing nodes_have=trixie
roots=${ATELIER_ROOTS:-${ATELIER_BUILD:-$repo/build}/roots}

setup_file() {
    local name
    if [ "${ATELIER_RELEASE:-$head}" != "$head" ]; then
        export missing="one run of all releases is enough: that of $head"
        return
    fi
    for name in $head $nodes_have; do
        if [ ! -e "$roots/$name.complete" ]; then
            export missing="no root of $name: sandbox/setup --release $name"
            return
        elif [ ! -e "${ATELIER_BUILD:-$repo/build}/releases/$name/Makefile" ]; then
            export missing="no build for $name: sandbox/setup --release $name"
            return
        fi
    done
    # What ./check has installed for all is this release's.
    unset ATELIER_SANDBOX_INSTALLED
    cluster up --release $head --nodes-release $nodes_have --nodes 2 >&2
}

teardown_file() { cluster down >&2; }
setup() {
    [ -z "${missing-}" ] || skip "$missing"
    invariant_begin
}
teardown() { [ -n "${missing-}" ] || invariant_end; }

# as_on_node COMMAND...: as alice, on a machine of the older release.
as_on_node() {
    cluster run -n n1 -u alice -- timeout -k 5 120 "$@"
}

is_running() {
    [ "$(on head squeue -h -j "$job" -o %T)" = RUNNING ]
}

is_over() {
    silent on head squeue -h -j "$job"
}

@test "the controller has a newer Slurm than the nodes" {
    head_version=$(on head slurmctld -V)
    node_version=$(on n1 slurmd -V)
    echo "$head_version; $node_version"
    [[ $head_version > $node_version ]]
}

@test "a job with a workspace and a framework runs on both nodes" {
    submit alice -N2 -n2 --chdir=/home/alice -o /home/alice/mixed.out \
        --workspace=vision --experiment=digits --framework=pytorch --mount=datasets:d --wrap '
            test -d /mnt/atelier/d && srun sh -c "test -d /mnt/atelier/results && echo \$WORLD_SIZE-\$SLURMD_NODENAME"'
    cat "$ATELIER_SANDBOX/export/home/alice/mixed.out"
    [ "$(sort "$ATELIER_SANDBOX/export/home/alice/mixed.out" | xargs)" = "2-n1 2-n2" ]
    run as alice atelier policy explain --job "$job"
    [ "$status" -eq 0 ]
    [[ $output == *"decides the same"* ]]
}

@test "srun and salloc alone" {
    run as_on_node srun -N2 --chdir=/tmp --workspace=vision test -d /mnt/atelier/results
    echo "$output"
    [ "$status" -eq 0 ]
    run as_on_node salloc -Q -N2 -n2 --chdir=/tmp --workspace=vision srun test -d /mnt/atelier/results
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "what is refused is refused with one sentence, and where a node refuses, no node is drained" {
    run as mallory sbatch --workspace=vision --wrap true
    echo "$output"
    [ "$status" -ne 0 ]
    [[ $output == *"workspace"* ]]
    run as_on_node srun --chdir=/tmp --workspace=vision --framework=nonesuch true
    echo "$output"
    [ "$status" -ne 0 ]
    silent on head sinfo -h -t drain,down -o %N
}

@test "a job that is requeued runs again" {
    job=$(as alice sbatch --parsable -w n1 --requeue --chdir=/tmp -o /dev/null --workspace=vision --wrap 'sleep 300')
    wait_until 30 is_running
    on head scontrol requeue "$job"
    sleep 1
    on head scontrol update "JobId=$job" StartTime=now
    wait_until 60 is_running
    wait_until 10 as_on_node srun -Q --overlap --jobid="$job" --chdir=/tmp test -d /mnt/atelier/results
    as alice scancel "$job"
    wait_until 30 is_over
}
