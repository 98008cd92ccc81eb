#!/usr/bin/env bats
# atelier run: how many processes it has srun start, and how many on which node.
# tests/cluster/1701-unlike-nodes.bats has the real srun.

load cli
load run

@test "a process for each node, or as many as the job asked for, or one for each GPU" {
    run_it -- true
    called "srun --nodes=2 --ntasks=2 --ntasks-per-node=1 --input=none --kill-on-bad-exit=0 --wait=0 $built/atelier-rank --logs=none -- true"
    SLURM_NTASKS=4 SLURM_TASKS_PER_NODE='2(x2)' run_it -- true
    called '--nodes=2 --ntasks=4 --ntasks-per-node=2 '
    has_gpus 'n[1-2]' 'gpu:a100:3(IDX:0-2)'
    SLURM_NTASKS=2 SLURM_TASKS_PER_NODE='1(x2)' run_it -- true
    called '--nodes=2 --ntasks=6 --ntasks-per-node=3 --gpus=6 '
    run_it --processes 1 -- true
    called '--nodes=1 --ntasks=1 --ntasks-per-node=1 --nodelist=n1 --gpus=3 '
    SLURM_CPUS_PER_TASK=2 run_it -n 4 -- true
    called '--nodes=2 --ntasks=4 --ntasks-per-node=2 --gpus=6 --cpus-per-task=2 '
}

@test "nodes that are not alike get as many processes as each has GPUs, tasks or room for" {
    export SLURM_JOB_NODELIST='n[1-4]' SLURM_JOB_CPUS_PER_NODE='4,2,8,6'
    has_gpus n1 'gpu:a100:3(IDX:0-2)' n2 'gpu:v100:1(IDX:0)' n3 'gpu:a100:2(IDX:0-1),gpu:v100:2(IDX:2-3),shard:7(CNT:7)' n4 '(null)'
    run_it -- true
    called '--ntasks=8 --distribution=arbitrary --nodelist=n1,n1,n1,n2,n3,n3,n3,n3 --gpus=8 '
    not_called_with --nodes
    rm "$SRUN_CALLS"
    SRUN_SERVERS=1 run_it -f tensorflow:ps=1 -- true
    called '--ntasks=9 --distribution=arbitrary --nodelist=n1,n1,n1,n1,n2,n3,n3,n3,n3 '
    SLURM_NTASKS=7 SLURM_TASKS_PER_NODE='1,2,3,1' SLURM_GPUS_PER_TASK=1 run_it -- true
    called '--ntasks=7 --distribution=arbitrary --nodelist=n1,n2,n2,n3,n3,n3,n4 --input'
    rm "$SRUN_CALLS"
    SLURM_NTASKS=7 SLURM_TASKS_PER_NODE='1,2,3,1' SLURM_TRES_PER_TASK=cpu=1,gres/gpu:a100=1 run_it -- true
    called '--ntasks=7 --distribution=arbitrary --nodelist=n1,n2,n2,n3,n3,n3,n4 --input'
    run_it -n 20 -- true
    called '--ntasks=20 --distribution=arbitrary --nodelist=n1,n1,n1,n1,n2,n2,n3,n3,n3,n3,n3,n3,n3,n3,n4,n4,n4,n4,n4,n4 '
    run_it -n 7 -- true
    called '--ntasks=7 --distribution=arbitrary --nodelist=n1,n1,n2,n2,n3,n3,n4 '
    rm "$SRUN_CALLS"
    SLURM_CPUS_PER_TASK=2 refused \
        'do not fit: node n1 has 3 GPUs, and CPUs for 2 of 2 CPU each: allocate --cpus-per-gpu=2 or --exclusive, or say --processes=N' -- true
}

@test "GPUs are asked of srun where the step would have others than its nodes" {
    has_gpus n1 'gpu:3(IDX:0-2)' n2 'gpu:1(IDX:3)'
    SLURM_GPUS=4 run_it -- true
    not_called_with --gpus
    SLURM_GPUS=a100:3 run_it -- true # the nodes are the job's alone
    called '--gpus=4 '
    SLURM_GPUS=4 run_it -n 1 -- true
    called '--nodelist=n1 --gpus=3 '
    rm "$SRUN_CALLS"
    SLURM_NTASKS=8 SLURM_TASKS_PER_NODE='6,2' SLURM_JOB_CPUS_PER_NODE='6,2' SLURM_GPUS=4 SLURM_NTASKS_PER_GPU=2 run_it -- true
    called '--ntasks=8 --distribution=arbitrary --nodelist=n1,n1,n1,n1,n1,n1,n2,n2 --gpu-bind=single:2 '
}

@test "a component of a heterogeneous job has numbers of its own" {
    export SLURM_HET_SIZE=2 SLURM_JOB_ID_HET_GROUP_0=6 SLURM_JOB_ID_HET_GROUP_1=7 SLURM_JOB_ID=6
    export SLURM_JOB_NODELIST_HET_GROUP_0=n1 SLURM_JOB_CPUS_PER_NODE_HET_GROUP_0=9
    export SLURM_JOB_NODELIST_HET_GROUP_1='n[1-2]' SLURM_JOB_CPUS_PER_NODE_HET_GROUP_1='4,1'
    has_gpus n1 'gpu:2(IDX:0,3)' n2 'gpu:1(IDX:0)'
    run_it --het-group=1 -- true
    called 'srun --het-group=1 --ntasks=3 --distribution=arbitrary --nodelist=n1,n1,n2 --gpus=3 '
    has_gpus n1 '(null)'
    run_it -- true
    called 'srun --het-group=0 --nodes=1 --ntasks=9 --ntasks-per-node=9 --gpus=9 '
    rm "$SRUN_CALLS"
    refused 'this job has 2 components, from 0 on' --het-group=2 -- true
    unset SLURM_HET_SIZE
    refused 'this job is not a heterogeneous one' --het-group=1 -- true
}

@test "a Slurm that does not say what the nodes have is told in one sentence" {
    printf '#!/bin/sh\necho "scontrol: error: slurm_load_jobs error: Unable to contact slurm controller (connect failure)" >&2; exit 1\n' >"$BATS_TEST_TMPDIR/bin/scontrol"
    refused 'scontrol failed with exit code 1: slurm_load_jobs error: Unable to contact slurm controller' -- true
    has_gpus n1 'gpu:2(IDX:0-1)'
    refused 'Slurm does not say what job 7 has on node n2' -- true
}
