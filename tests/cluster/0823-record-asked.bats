#!/usr/bin/env bats
# A node gives a job the workspace that slurmctld recorded in its AdminComment, and none by the
# job's own word: asked of slurmctld, in the prolog, within a deadline.

# shellcheck disable=SC2016 # what is in single quotes is for the job's shell
load cluster

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() {
    on head pkill -CONT -x "slurmctld(-wlm)?" || true
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

@test "a job whose record nobody can read has no volumes: one sentence, and the node is well" {
    held --workspace=vision
    runs_with_comment atelier/0
    [[ $output == *"the record of this job, its AdminComment, has form 0, written by Atelier of another release,"* ]]
    [[ $output != *"it has"* && $output != *datasets* ]]
    run on head scontrol show job "$job"
    [[ $output == *"AdminComment=atelier/0 failure="*"the record of this job, its AdminComment, has form 0"* ]]
    on head grep -qF "atelier: job $job loses its workspace \`vision\`: uid 0 replaced the record" \
        /var/log/slurmctld.log
    run on head atelier policy explain --job "$job"
    [[ $output == *"its record has form 0, written by Atelier of another release"* ]]
    nodes_are_well
}

@test "a damaged record is none" {
    held --workspace=vision
    runs_with_comment "atelier/1 workspace=vision uid"
    [[ $output == *"the record of this job, its AdminComment, is damaged: tell your administrator"* ]]
    [[ $output != *"it has"* ]]
    nodes_are_well
}

# adds WORDS: an administrator's comment, which slurmctld asks the policy about.
adds() {
    as root scontrol update "JobId=$job" "AdminComment=$1"
    comment=$(on head squeue -h -j "$job" -O admin_comment:200 | sed 's/ *$//')
    echo "$comment"
}

@test "what an administrator writes is put behind the record, and the job runs" {
    held --workspace=vision --experiment=digits
    record="atelier/1 workspace=vision experiment=digits cluster=cpu"
    adds "for the review"
    [ "$comment" = "$record comment=for the review" ]
    adds ""
    [ "$comment" = "$record" ]
    adds "it is failure=none"
    [ "$comment" = "$record comment=it is failure: none" ]
    fails_saying "for job $job" as alice scontrol update "JobId=$job" AdminComment=mine
    run_held
    [[ $output == *datasets*"it has vision.digits" ]]
    wait_until 5 eval '[ "$(accounting "$job" AdminComment)" = "$record comment=it is failure: none" ]'
    run on head atelier policy explain --job "$job"
    [[ $output == *"an administrator's comment: it is failure: none"* ]]
}

unasked() {
    on head sh -c 'cp /etc/slurm/slurm.conf /tmp/recorded.conf &&
        sed /^JobSubmitPlugins/d /tmp/recorded.conf >/etc/slurm/slurm.conf && scontrol reconfigure'
    "$@"
    on head sh -c 'cat /tmp/recorded.conf >/etc/slurm/slurm.conf && scontrol reconfigure'
}

is_found_again() {
    run on head atelier policy explain --job "$job"
    echo "$output"
    [[ $output == *"its record was replaced by \`stop it\`: workspace and experiment are those of its wckey"* ]]
    grep -Eq '^experiment +digits ' <<<"$output"
}

@test "a record that was replaced without a question to the policy is found again by the wckey" {
    held --workspace=vision --experiment=digits
    unasked adds "stop it"
    [ "$comment" = "stop it" ]
    is_found_again
    run_held
    [[ $output == *"slurmctld has recorded no workspace"* && $output != *"it has"* ]]
    run on head atelier policy explain --job "$job"
    [[ $output == *"it has no record of a workspace, and a node said of it: slurmctld has recorded no"* ]]
    nodes_are_well
}

# As atelier-job-submit(7) shows it.
@test "root can write a record again that was replaced, and the job runs" {
    held --workspace=vision --experiment=digits
    unasked adds "stop it"
    runs_with_comment "atelier/1 workspace=vision experiment=digits"
    [[ $output == *datasets*"it has vision.digits" ]]
}

@test "scancel --admin-comment, which replaces it, is no user's, and the job is found again" {
    slurm_has --admin-comment || skip "Slurm $(slurm_release) has no --admin-comment"
    held --workspace=vision --experiment=digits
    fails_saying "" as alice scancel --admin-comment=mine "$job"
    on head scancel --admin-comment="stop it" "$job"
    is_found_again
    wait_until 10 eval '[ "$(accounting "$job" AdminComment)" = "stop it" ]'
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
    on head pkill -STOP -x "slurmctld(-wlm)?"
    (sleep 1.5 && on head pkill -CONT -x "slurmctld(-wlm)?") &
    keeper_on_n1
    wait
    stop_on_n1
    on head pkill -STOP -x "slurmctld(-wlm)?"
    began=$SECONDS
    run keeper_on_n1
    echo "$output"
    on head pkill -CONT -x "slurmctld(-wlm)?"
    [ "$status" = 3 ] # to be requeued
    [ $((SECONDS - began)) -le 7 ]
    [[ $output == *"workspace \`vision\` on node n1 after 4."*" s: slurmctld did not say what it recorded of job $job"* ]]
    stop_on_n1
    as root scancel "$job"
    nodes_are_well
}
