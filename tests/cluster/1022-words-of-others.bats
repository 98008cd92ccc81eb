#!/usr/bin/env bats
# What a user wrote into a job's options is for root and the job: no command line on its node has it.

load cluster

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() { invariant_end; }

@test "neighbours do not read a job's words in ps" {
    as alice sbatch --parsable --workspace=vision --experiment=unspoken --framework=pytorch:init=file,directory=/tmp \
        --with-input=WHERE=/mnt/atelier/datasets/hush -w n1 -o '/tmp/quietly.%j' --wrap 'sleep 60'
    wait_until 20 eval "on n1 pgrep -u alice -x sleep >/dev/null"
    on n1 pgrep -x atelier-keeper
    run cluster run -n n1 -u mallory -- ps -ewwo args
    echo "$output"
    [[ $output == *"atelier-keeper start"*"job="* ]]
    not grep -E 'unspoken|pytorch|hush|quietly' <<<"$output"
    run cluster run -n n1 -u mallory -- ps axewwo args
    [[ $output == *"atelier-keeper start"*"job="* ]]
    not grep -E 'unspoken|pytorch|hush|quietly' <<<"$output"
    run on n1 sh -c 'for p in $(pgrep atelier-); do readlink /proc/$p/fd/0; done'
    echo "$output"
    not grep -v '^/dev/null$' <<<"$output"
}

@test "the job has them all the same" {
    run as alice srun --workspace=vision --experiment=unspoken -w n1 \
        sh -c 'echo "$ATELIER_WORKSPACE $ATELIER_EXPERIMENT"'
    echo "$output"
    [[ $output == *"vision unspoken"* ]]
}

@test "a keeper that finds no sense in its environment, or in a word, says so" {
    run on n1 env SLURM_JOB_RESTART_COUNT=often /usr/libexec/atelier/atelier-keeper start job=77 node=n1 uid=1001 gid=1001
    echo "$output"
    [ "$status" -eq 2 ]
    [[ $output == *"restart=often is no valid number"* ]]
    run on n1 /usr/libexec/atelier/atelier-keeper start job=77 node=n1 uid=1001 gid=1001 -
    echo "$output"
    [ "$status" -eq 2 ]
}
