#!/usr/bin/env bats
# --with-input and --with-output: directories that a job is told of, and has made for it.

# shellcheck disable=SC2016 # what is in single quotes is for the job's shell
load cluster

setup_file() { cluster_up; }
setup() {
    invariant_begin
    on head mkdir -m 1777 /results/directories-log # Slurm makes none for output
}
teardown() {
    on head sh -c 'rm -rf /results/directories-*'
    invariant_end
}

shows() { # the job's output
    on head cat "/results/directories-$job.out"
}

@test "batch script, srun and mpirun find the directories, and the outputs are the user's" {
    submit alice --workspace=vision --compat=batchai -N2 --ntasks-per-node=1 -o /mnt/atelier/results/directories-%j.out \
        --with-input='DATA=$AZ_BATCHAI_MOUNT_ROOT/datasets,SCRIPT=${ATELIER_MOUNT_ROOT}/home' \
        --with-output='MODEL=$AZ_BATCHAI_MOUNT_ROOT/results/directories-$ATELIER_JOB_ID/model' \
        --with-output='LOGS=$AZ_BATCHAI_OUTPUT_MODEL/logs' --wrap '
            echo "batch $AZ_BATCHAI_INPUT_DATA $ATELIER_INPUT_SCRIPT $(stat -c %U $AZ_BATCHAI_OUTPUT_LOGS)"
            srun -l sh -c "echo \$ATELIER_INPUT_DATA \$ATELIER_OUTPUT_LOGS \$AZ_BATCHAI_OUTPUT_MODEL" | sort
            mpirun sh -c "echo \$AZ_BATCHAI_INPUT_DATA >\$AZ_BATCHAI_OUTPUT_LOGS/\$OMPI_COMM_WORLD_RANK"
            cat $ATELIER_OUTPUT_LOGS/0 $ATELIER_OUTPUT_LOGS/1' || {
        shows
        false
    }
    run shows
    echo "$output"
    [ "${lines[0]}" = "batch /mnt/atelier/datasets /mnt/atelier/home alice" ]
    made=/mnt/atelier/results/directories-$job/model
    [ "${lines[1]}" = "0: /mnt/atelier/datasets $made/logs $made" ]
    [ "${lines[2]}" = "1: /mnt/atelier/datasets $made/logs $made" ]
    [ "${lines[3]}" = "/mnt/atelier/datasets" ]
    [ "${lines[4]}" = "/mnt/atelier/datasets" ]
}

@test "a variable that is not set is named, and nothing runs" {
    run submit alice --workspace=vision -w n1 -o /mnt/atelier/results/directories-x.out \
        --with-output='MODEL=$AZ_BATCHAI_MOUNT_ROOT/results/directories-x' --wrap 'echo ran'
    [ "$status" -ne 0 ]
    run on head cat /results/directories-x.out
    echo "$output"
    [[ "${lines[0]}" == *"--with-output=MODEL=...: the variable AZ_BATCHAI_MOUNT_ROOT is not set here; correct its name, or leave it out" ]]
    [[ "$output" != *ran* ]]
    run as alice srun --workspace=vision -w n1 --with-output='M=/mnt/atelier/datasets/x/y' echo ran
    echo "$output"
    [ "$status" -ne 0 ]
    [[ "$output" == *"--with-output=M=...: cannot make the directory /mnt/atelier/datasets/x/y: Read-only file system"* ]]
    silent on head sinfo -h -N -t drain,drained,draining,down -o '%N %E'
}

@test "what is no list is refused where it is submitted" {
    fails_saying "--with-input=1A=/x: an ID is made of" as alice sbatch --workspace=vision --with-input=1A=/x --wrap true
    fails_saying "--with-output=A=x: the path does not begin with /" as alice sbatch --workspace=vision --with-output=A=x --wrap true
    fails_saying "gives the ID A twice" as alice srun --workspace=vision --with-output=A=/x,A=/y true
    fails_saying "--with-input=A=/x needs --workspace" as alice srun --with-input=A=/x true
}

@test "the manual's example" {
    {
        echo '#!/bin/bash'
        # The display that has the option.
        awk '/^\.Bd -literal/ { text = ""; inside = 1; next }
            /^\.Ed/ { if (inside && text ~ /#SBATCH --with-input/) printf "%s", text; inside = 0 }
            inside { text = text $0 "\n" }' \
            "$repo/doc/atelier-launcher.7" >"$BATS_TEST_TMPDIR/example"
        grep '^#SBATCH' "$BATS_TEST_TMPDIR/example" | sed 's|results/|results/directories-|'
        echo 'mkdir /mnt/atelier/results/directories-program && cd /mnt/atelier/results/directories-program'
        echo 'echo "import sys; print(*sys.argv[1:])" >train.py'
        grep -v '^#SBATCH' "$BATS_TEST_TMPDIR/example"
    } >"$BATS_TEST_TMPDIR/script"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/script")" = 6 ]
    submit alice --workspace=vision -N1 -n1 -o /mnt/atelier/results/directories-%j.out <"$BATS_TEST_TMPDIR/script" || {
        shows
        false
    }
    [ "$(shows)" = "--data /mnt/atelier/datasets/digits --out /mnt/atelier/results/directories-$job" ]
    on head test -d "/results/directories-$job"
}

# The distributed PyTorch recipe of the managed service: its job's script directory, its command
# line and its log files, with a program in place of the training.
@test "a job of the managed service by atelier run: its directories, its command line, its logs" {
    submit alice --workspace=vision --compat=batchai --framework=pytorch -N2 --ntasks-per-node=1 \
        --with-input='SCRIPT=$AZ_BATCHAI_MOUNT_ROOT/home' -o /mnt/atelier/results/directories-log/%j.out --wrap '
        mkdir -p $AZ_BATCHAI_MOUNT_ROOT/results/directories-work
        cd $AZ_BATCHAI_MOUNT_ROOT/results/directories-work
        echo "import os, sys; print(*sys.argv[1:], os.environ[\"AZ_BATCHAI_INPUT_SCRIPT\"]); open(os.environ[\"AZ_BATCHAI_OUTPUT_MODEL\"] + \"/\" + sys.argv[1], \"w\")" >mnist.py
        atelier run --prepare "echo prepared on \$AZ_BATCH_NODE_ID" --output MODEL=\$AZ_BATCHAI_MOUNT_ROOT/results/directories-model -- \
            sh -c "exec python3 mnist.py \$AZ_BATCHAI_TASK_INDEX \$AZ_BATCHAI_PYTORCH_BACKEND \$AZ_BATCHAI_PYTORCH_INIT_METHOD"' || {
        on head sh -c 'cat /results/directories-log/*'
        false
    }
    run on head ls /results/directories-log /results/directories-model
    echo "$output"
    for name in "$job.out" execution.log stdout-0.txt stderr-1.txt stdout-job_prep-n1.txt 0 1; do
        grep -qx -- "$name" <<<"$output"
    done
    run on head cat /results/directories-log/stdout-1.txt
    [[ "$output" == "1 gloo tcp://n1:"*" /mnt/atelier/home" ]]
    [ "$(on head cat /results/directories-log/stdout-job_prep-n2.txt)" = "prepared on n2" ]
}
