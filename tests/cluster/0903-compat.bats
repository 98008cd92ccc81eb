#!/usr/bin/env bats
# --compat=batchai: a job that was written for the managed service finds what it found there.

# shellcheck disable=SC2016 # what is in single quotes is for the job's shell
load cluster

setup_file() {
    cluster_up
    on head cp /etc/atelier/policy.lua /tmp/compat.lua
    on head sh -c 'sed "s/    default_cluster = .cpu.,/& shared_job_temp = \"results\",/" /tmp/compat.lua >/etc/atelier/policy.lua'
    on head grep -q shared_job_temp /etc/atelier/policy.lua
}
teardown_file() {
    on head sh -c 'cat /tmp/compat.lua >/etc/atelier/policy.lua; rm /tmp/compat.lua'
}
setup() { invariant_begin; }
teardown() {
    on head sh -c 'rm -f /results/compat-*'
    invariant_end
}

shows() { # the job's output
    on head cat "/results/compat-$job.out"
}

@test "mpirun's ranks on all nodes have the job's names without -x, and none of a rank" {
    submit alice --workspace=vision --compat=batchai -N3 --ntasks-per-node=2 -o /mnt/atelier/results/compat-%j.out --wrap '
        cat $AZ_BATCHAI_MPI_HOST_FILE
        mpirun sh -c "echo \$(hostname) \$AZ_BATCH_HOST_LIST \$AZ_BATCHAI_NUM_GPUS \$AZ_BATCHAI_STDOUTERR_DIR \
            \$(wc -l <\$AZ_BATCHAI_MPI_HOST_FILE) \$(grep -c slots=2 \$AZ_BATCHAI_MPI_HOST_FILE) [\$AZ_BATCHAI_TASK_INDEX] \
            \$(test -w \$AZ_BATCHAI_JOB_TEMP && test -w \$AZ_BATCHAI_SHARED_JOB_TEMP && test -d \$AZ_BATCHAI_MOUNT_ROOT/datasets && echo there)"' || {
        shows
        false
    }
    run shows
    echo "$output"
    [ "${lines[0]}" = "n1 slots=2 max-slots=2" ]
    [ "${lines[2]}" = "n3 slots=2 max-slots=2" ]
    for node in "${nodes[@]}"; do
        [ "$(grep -cFx "$node n1,n2,n3 0 /mnt/atelier/results 3 3 [] there" <<<"$output")" = 2 ]
    done
}

@test "a PyTorch recipe's command line holds for every rank of srun" {
    submit alice --workspace=vision --compat=batchai --framework=pytorch -N2 --ntasks-per-node=1 -o /mnt/atelier/results/compat-%j.out --wrap '
        echo "batch [$AZ_BATCHAI_TASK_INDEX] [$AZ_BATCHAI_PYTORCH_INIT_METHOD]"
        srun -l sh -c "echo --dist-backend \$AZ_BATCHAI_PYTORCH_BACKEND --dist-url \$AZ_BATCHAI_PYTORCH_INIT_METHOD --rank \$AZ_BATCHAI_TASK_INDEX"' || {
        shows
        false
    }
    run shows
    echo "$output"
    [ "${lines[0]}" = "batch [] []" ]
    [[ "$output" =~ "0: --dist-backend gloo --dist-url tcp://n1:"[0-9]+" --rank 0" ]]
    [[ "$output" =~ "1: --dist-backend gloo --dist-url tcp://n1:"[0-9]+" --rank 1" ]]
}

# key: workspace.compat
@test "the workspace may say so for all its jobs, and a job otherwise" {
    on head sh -c 'sed -i "s/shared_job_temp/compat = \"batchai\", &/" /etc/atelier/policy.lua'
    run as alice srun -Q --workspace=vision -w n2 sh -c 'echo $ATELIER_COMPAT $AZ_BATCH_NODE_ID'
    [ "$output" = "batchai n2" ]
    run as alice srun -Q --workspace=vision --compat=none -w n2 sh -c 'echo $ATELIER_COMPAT $AZ_BATCH_NODE_ID'
    [ "$output" = "" ]
    fails_saying "--compat=aml: choose batchai or none" as alice srun --workspace=vision --compat=aml true
}
