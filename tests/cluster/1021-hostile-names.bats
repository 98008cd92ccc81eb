#!/usr/bin/env bats
# A job's name, comment and features are its user's words: none of them is taken for one of Slurm's.

load cluster

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() { invariant_end; }

# allocate NODE NAME [OPTION...]: an allocation without a step, so that its keeper asks Slurm after
# 30 to 60 s.
allocate() {
    local node=$1 name=$2
    shift 2
    as alice salloc --quiet --no-shell --workspace=vision -w "$node" -J "$name" "$@"
}

@test "names that say that the job is over end no keeper of it" {
    allocate n1 'x JobState=COMPLETED Restarts=9'
    allocate n2 $'x\n1 COMPLETED 9 1 1 N/A 1 N/A\n   JobState=FAILED '
    allocate n3 'slurm_load_jobs error: Invalid job id specified'
    sleep 63
    for node in "${nodes[@]}"; do
        echo "on $node:"
        on "$node" pgrep -x atelier-keeper
    done
    id=$(on head squeue -h -w n1 -o %A)
    as alice srun --jobid="$id" test -d /mnt/atelier/datasets/digits
}

@test "a name that looks like a record is no job of a workspace, and one that ends it hides none" {
    as mallory sbatch --parsable -o /dev/null -w n2 -J 'x AdminComment=atelier/1 JobState=RUNNING' --wrap 'sleep 30'
    run on head atelier doctor --removal
    echo "$output"
    [[ $output == *"no job of a workspace is in the queue"* ]]
    allocate n1 'x JobState=COMPLETED AdminComment=none'
    run on head atelier doctor --removal
    echo "$output"
    [[ $output == *"1 job is of workspaces in the queue"* || $output == *"1 job"*" of workspaces in the queue"* ]]
}

@test "a job that waits is explained by words that Slurm and the real squeue part" {
    allocate n1 x
    id=$(on head squeue -h -w n1 -o %A)
    run on head atelier policy explain --job "$id"
    echo "$output"
    [[ $output == *"job $id: the policy of today decides the same"* ]]
}
