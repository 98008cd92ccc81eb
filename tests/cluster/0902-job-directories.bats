#!/usr/bin/env bats
# The directories that each job has: on its nodes, and on a volume for all of them.

# shellcheck disable=SC2016 # what is in single quotes is for the job's shell
load cluster

setup_file() {
    cluster_up
    on head cp /etc/atelier/policy.lua /tmp/directories.lua
    on head sh -c 'sed "s/    default_cluster = .cpu.,/& shared_job_temp = \"results\",/" /tmp/directories.lua >/etc/atelier/policy.lua'
    on head grep -q shared_job_temp /etc/atelier/policy.lua
}
teardown_file() {
    on head sh -c 'cat /tmp/directories.lua >/etc/atelier/policy.lua; rm /tmp/directories.lua'
}
setup() { invariant_begin; }
teardown() {
    on head sh -c 'rm -f /results/directories-*'
    on n1 sh -c 'rm -f /tmp/directories-*'
    invariant_end
}

shared_is_gone() { # JOB
    not on head test -e "/results/atelier-$(on head id -u alice)/job.sandbox.$1"
}

temp_is_empty() {
    for node in n1 n2 n3; do
        silent on "$node" sh -c 'ls -A /var/lib/atelier/temp/atelier-scratch 2>/dev/null || true' || return 1
    done
}

# key: workspace.shared_job_temp
@test "tasks share one directory and have one of the node's each, and both go with the job" {
    submit alice --workspace=vision -N2 --ntasks-per-node=1 -o /tmp/directories-%j.out --wrap '
        echo "batch $ATELIER_STDOUTERR_DIR $ATELIER_MOUNT_ROOT $ATELIER_JOB_MOUNT_ROOT"
        echo "batch $(stat -c %U-%a $ATELIER_JOB_TEMP $ATELIER_SHARED_JOB_TEMP | xargs)"
        srun sh -c "touch \$ATELIER_SHARED_JOB_TEMP/\$SLURM_PROCID \$ATELIER_JOB_TEMP/\$SLURM_PROCID"
        srun -l sh -c "echo \$(ls \$ATELIER_SHARED_JOB_TEMP) and \$(ls \$ATELIER_JOB_TEMP) \$ATELIER_STDOUTERR_DIR" | sort'
    run on n1 cat "/tmp/directories-$job.out"
    echo "$output"
    [ "${lines[0]}" = "batch /tmp /mnt/atelier /mnt/atelier" ]
    [ "${lines[1]}" = "batch alice-700 alice-700" ]
    [ "${lines[2]}" = "0: 0 1 and 0 /tmp" ]
    [ "${lines[3]}" = "1: 0 1 and 1 /tmp" ]
    wait_until 20 temp_is_empty
    wait_until 20 shared_is_gone "$job"
}

# begin: a job on n1 that goes on for long in its first two runs, and says what it found.
begin() {
    running=$(as alice sbatch --parsable --workspace=vision -w n1 -o /mnt/atelier/results/directories-%j.out \
        --open-mode=append --wrap '
        ls $ATELIER_SHARED_JOB_TEMP $ATELIER_JOB_TEMP | sed "s|/mnt.*/||" | xargs echo "run $ATELIER_RESTART_COUNT"
        touch $ATELIER_SHARED_JOB_TEMP/run-$ATELIER_RESTART_COUNT $ATELIER_JOB_TEMP/own
        echo wrote
        [ $ATELIER_RESTART_COUNT = 2 ] || exec sleep 300')
    wait_until 30 wrote 1
}

wrote() { # RUNS
    [ "$(on head grep -c wrote "/results/directories-$running.out")" = "$1" ]
}

says() { # JOB TEXT: scontrol knows of the job
    on head scontrol show job "$1" | grep -q -- "$2"
}

# go_on NODES LIST RUN: Slurm would wait for two minutes, and longer on the same nodes.
go_on() {
    wait_until 30 says "$running" "JobState=PENDING"
    on head scontrol update "JobId=$running" "NumNodes=$1-$1" "ReqNodeList=$2" StartTime=now
    wait_until 60 wrote "$3"
}

@test "a requeue and a node's failure leave the shared directory, and empty the other" {
    begin
    on head scontrol requeue "$running"
    go_on 2 "n[2-3]" 2
    on head scontrol update NodeName=n3 State=DOWN Reason=test
    wait_until 30 says "$running" "JobState=PENDING"
    on head scontrol update NodeName=n3 State=IDLE
    go_on 1 n1 3
    wait_until 30 eval "accounting $running State | tail -n 1 | grep -q COMPLETED"
    run on head grep '^run' "/results/directories-$running.out"
    echo "$output"
    [ "${lines[0]}" = "run 0 .job-temp: .shared-job-temp:" ]
    [ "${lines[1]}" = "run 1 .job-temp: .shared-job-temp: run-0" ]
    [ "${lines[2]}" = "run 2 .job-temp: .shared-job-temp: run-0 run-1" ]
    wait_until 20 temp_is_empty
    wait_until 20 shared_is_gone "$running"
}

@test "SIGKILL of the keeper: the node's directory goes with the job" {
    running=$(as alice sbatch --parsable --workspace=vision -w n1 -o /mnt/atelier/results/directories-%j.out --wrap '
        touch $ATELIER_JOB_TEMP/file; echo wrote; exec sleep 300')
    wait_until 30 wrote 1
    on n1 pkill -KILL -x atelier-keeper
    on n1 test -e "/var/lib/atelier/temp/atelier-scratch/atelier.n1.$running.job-temp/file"
    as root scancel "$running"
    wait_until 40 temp_is_empty
    # Nobody was left to delete the other one.
    on head test -e "/results/atelier-$(on head id -u alice)/job.sandbox.$running"
    on head rm -r "/results/atelier-$(on head id -u alice)/job.sandbox.$running"
}

@test "another user reaches neither" {
    running=$(as alice sbatch --parsable --workspace=vision -w n1 -o /mnt/atelier/results/directories-%j.out --wrap '
        echo secret | tee $ATELIER_JOB_TEMP/file >$ATELIER_SHARED_JOB_TEMP/file; echo wrote; exec sleep 300')
    wait_until 30 wrote 1
    fails_saying "Permission denied" as bob srun -w n1 --workspace=nlp cat "/mnt/atelier/results/atelier-$(on head id -u alice)/job.sandbox.$running/file"
    fails_saying "Permission denied" as bob srun -w n1 --workspace=nlp cat "/var/lib/atelier/temp/atelier-scratch/atelier.n1.$running.job-temp/file"
    as root scancel "$running"
    wait_until 20 shared_is_gone "$running"
}
