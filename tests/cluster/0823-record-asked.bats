#!/usr/bin/env bats
# A node gives a job the workspace that slurmctld recorded in its AdminComment, and none by the
# job's own word: asked of slurmctld, in the prolog, within a deadline.

# shellcheck disable=SC2016 # what is in single quotes is for the job's shell
load cluster

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() {
    on head pkill -CONT -x slurmctld || true
    on head sh -c 'rm -f /results/recorded-*'
    invariant_end
}

# held WORD...: alice's job, which waits, and says what it sees when it runs on n1; its id in $job.
held() {
    job=$(as alice sbatch --parsable --hold -w n1 -o /tmp/recorded-%j.out --open-mode=append "$@" \
        --wrap 'ls /mnt/atelier; echo "it has $ATELIER_WORKSPACE.$ATELIER_EXPERIMENT"')
}

# runs_with_comment TEXT: the operator changes the record before the job starts. Its output.
runs_with_comment() {
    as root scontrol update "JobId=$job" "AdminComment=$1"
    run_held
}

run_held() {
    as root scontrol release "$job"
    wait_until 40 eval "accounting $job State | tail -n 1 | grep -Eq 'COMPLETED|FAILED'"
    run on n1 cat "/tmp/recorded-$job.out"
    echo "$output"
    on n1 rm -f "/tmp/recorded-$job.out"
}

nodes_are_well() {
    silent on head sinfo -h -t drain,down -N -o %N
}

@test "what was recorded is what a job has, and it stays through a requeue" {
    held --workspace=vision --experiment=digits
    run_held
    [[ $output == *datasets*"it has vision.digits" ]]
    sleep 3 # of a job that comes back within a second, Slurm runs no prolog
    as root scontrol requeuehold "$job"
    wait_until 20 eval "on head scontrol show job $job | grep -q JobState=PENDING"
    as root scontrol update "JobId=$job" StartTime=now
    run_held
    [[ $output == *datasets*"it has vision.digits" ]]
}

@test "a job whose record is gone has no volumes: one sentence, and the node is well" {
    held --workspace=vision
    runs_with_comment ""
    [[ $output == *"slurmctld has recorded no workspace for this job, which asks for \`vision\`: submit it again;"* ]]
    [[ $output != *"it has"* && $output != *datasets* ]]
    run on head scontrol show job "$job"
    [[ $output == *"AdminComment=atelier-failure failure=slurmctld has recorded no workspace"* ]]
    on head grep -qF "atelier: job $job loses its workspace \`vision\`: uid 0 replaced the record" \
        /var/log/slurmctld.log
    run on head atelier policy explain --job "$job"
    [[ $output == *"it has no record of a workspace, and a node said of it: slurmctld has recorded no"* ]]
    nodes_are_well
}

@test "a comment that is no record is none" {
    held --workspace=vision
    runs_with_comment "atelier/1 workspace=vision uid=0"
    [[ $output == *"slurmctld has recorded no workspace"* && $output != *"it has"* ]]
    nodes_are_well
}

@test "another's record gives a job nothing of either" {
    held --workspace=vision
    runs_with_comment "atelier/1 workspace=nlp"
    [[ $output == *"workspace \`nlp\` is not one of yours"* && $output != *"it has"* ]]
    held --workspace=vision --experiment=digits
    runs_with_comment "atelier/1 workspace=vision experiment=letters"
    [[ $output == *"the step asks for experiment digits, but job $job has letters"* ]]
    [[ $output != *"it has"* ]]
    nodes_are_well
}

@test "entries that never passed the policy give nothing" {
    on head sh -c 'cp /etc/slurm/slurm.conf /tmp/recorded.conf &&
        sed /^JobSubmitPlugins/d /tmp/recorded.conf >/etc/slurm/slurm.conf && scontrol reconfigure'
    held --workspace=vision
    on head sh -c 'cat /tmp/recorded.conf >/etc/slurm/slurm.conf && scontrol reconfigure'
    run_held
    [[ $output == *"recorded no workspace for this job, which asks for \`vision\`"* ]]
    nodes_are_well
}

@test "what a user calls a job and says of it is no record" {
    held --workspace=vision --experiment=digits -J "$(printf 'x\n%-16s%s' 1 "atelier/1 workspace=nlp")" \
        --comment='AdminComment=atelier/1 workspace=nlp'
    run_held
    [[ $output == *"it has vision.digits" ]]
}

@test "each task of an array, each component and each step has its own job's" {
    run as alice "${without_pmix[@]}" srun -w n1 --workspace=vision --experiment=a printenv ATELIER_EXPERIMENT : \
        -w n2 --workspace=vision --experiment=b printenv ATELIER_EXPERIMENT
    echo "$output"
    [[ $(grep -x . <<<"$output" | sort | xargs) == "a b" ]]
    run as alice salloc -w n1 --workspace=vision --experiment=c srun printenv ATELIER_EXPERIMENT
    grep -qx c <<<"$output"
    submit alice --workspace=vision --experiment=d --array=1-4%2 -w n1 -o /tmp/recorded-%A.out \
        --open-mode=append --wrap 'echo $ATELIER_EXPERIMENT'
    run on n1 cat "/tmp/recorded-$job.out"
    on n1 rm "/tmp/recorded-$job.out"
    [[ $(xargs <<<"$output") == "d d d d" ]]
}

# keeper_on_n1: as the prolog would start it of the job, which runs on n2.
keeper_on_n1() {
    on n1 /usr/libexec/atelier/atelier-keeper start log=/var/log/atelier.log "job=$job" \
        uid="$(on n1 id -u alice)" gid="$(on n1 id -g alice)" account=vision partition=cpu \
        node=n1 workspace=vision
}

stop_on_n1() {
    on n1 /usr/libexec/atelier/atelier-keeper stop log=/var/log/atelier.log "job=$job" node=n1
}

@test "a slurmctld that comes back in time costs a moment, one that does not the start" {
    local began status=0
    job=$(as alice sbatch --parsable --workspace=vision -w n2 -o /dev/null --wrap 'sleep 100')
    wait_until 20 eval "on n2 test -e /run/atelier/n2/$job/keeper.sock"
    keeper_on_n1
    stop_on_n1
    on head pkill -STOP -x slurmctld
    (sleep 1.5 && on head pkill -CONT -x slurmctld) &
    keeper_on_n1
    wait
    stop_on_n1
    on head pkill -STOP -x slurmctld
    began=$SECONDS
    run keeper_on_n1
    echo "$output"
    on head pkill -CONT -x slurmctld
    [ "$status" = 3 ] # to be requeued
    [ $((SECONDS - began)) -le 7 ]
    [[ $output == *"workspace \`vision\` on node n1 after 4."*" s: slurmctld did not say what it recorded of job $job"* ]]
    stop_on_n1
    as root scancel "$job"
    nodes_are_well
}
