#!/usr/bin/env bats
# A policy that cannot be used: Slurm lives, the last good one stays in force, and where there
# is none, our jobs are refused and all others run.

load cluster

policy=/etc/atelier/policy.lua

setup_file() { cluster_up; }
setup() {
    invariant_begin
    on head cp -p "$policy" /root/policy.saved
}
teardown() {
    on head sh -c "cat /root/policy.saved > $policy && chmod 644 $policy && rm /root/policy.saved"
    sleep 2 # until slurmctld has looked at it again
    invariant_end
}

vision_is_refused() {
    run as alice sbatch -o /dev/null --wrap true --workspace=vision
    [ "$status" -ne 0 ]
    [[ $output == *policy* ]]
}

# A job is admitted and runs on a node, both by the policy of before, and its user is told.
policy_of_before_decides() {
    run as alice srun -w n1 --workspace=vision sh -c 'echo "ran in $SLURM_JOB_ACCOUNT"; ls "$ATELIER_MOUNT_ROOT"'
    [ "$status" -eq 0 ]
    [[ $output == *"policy file is broken (policy.lua"*"policy of before decided"* ]]
    [[ $output == *"ran in vision"* && $output == *datasets* ]]
    fails_saying 'not one of yours' as mallory sbatch -o /dev/null --wrap true --workspace=vision
}

# Both sides know the policy as it is.
use_good_policy() {
    as alice srun -w n1 --workspace=vision true
}

others_run() {
    [ "$(as alice srun -A vision echo fine)" = fine ]
}

restart_controller() {
    on head sh -c 'kill "$(cat /run/slurmctld.pid)"; while pgrep -x "slurmctld(-wlm)?"; do sleep 0.1; done >/dev/null; start-controller'
    wait_until 20 eval "on head sinfo -h -p cpu -t idle -o %D | grep -qx 3"
}

# The last good policy is known to the slurmctld that read it, and to no later one.
@test "a policy that is broken when slurmctld starts: workspace jobs refused, others run" {
    on head sh -c "sed -i '3i workspace \"x\" {{{' $policy"
    restart_controller
    vision_is_refused
    others_run
    on head grep -q 'policy.lua:[0-9]' /var/log/slurmctld.log
    on head sh -c "cat /root/policy.saved >$policy"
    sleep 2
    submit alice --workspace=vision -o /dev/null --wrap true
}

@test "a syntax error: file and line in the log once, the policy of before decides, users are told" {
    use_good_policy
    on head sh -c ": >/var/log/slurmctld.log; sed -i '3i workspace \"x\" {{{' $policy"
    sleep 2
    policy_of_before_decides
    policy_of_before_decides
    others_run
    on head pgrep slurmctld
    [ "$(on head grep 'policy.lua:[0-9]' /var/log/slurmctld.log | grep -vc refused)" = 1 ]
    [ "$(on head grep -c 'policy of before stays in force' /var/log/slurmctld.log)" = 1 ]
    on n1 grep -q 'broken-policy .*policy.lua:[0-9]' /var/log/atelier.log
}

@test "explain says that the policy in force is older than the file" {
    use_good_policy
    on head sh -c "sed -i '3i workspace \"x\" {{{' $policy"
    run on n1 atelier policy explain --user alice --workspace=vision
    [ "$status" -eq 0 ]
    [[ $output == *"in force is older than its file, which is broken: "*policy.lua:[0-9]* ]]
    [[ $output == *account*vision* ]]
    on n1 atelier policy explain --json --user alice --workspace=vision | grep -q '"broken_file"'
    run as alice atelier policy explain --workspace=vision # who cannot read the copy
    [ "$status" -ne 0 ]
    [[ $output == *"is older than its file, and no copy of it"* ]]
    [[ $output == *policy.lua:[0-9]* ]]
}

@test "a broken change: the last good policy still guards the jobs that are there" {
    held=$(as carol sbatch --parsable --hold --workspace=vision -o /dev/null --wrap true)
    on head sh -c "sed -i '3i workspace \"x\" {{{' $policy"
    sleep 2
    fails_saying '' as carol scontrol update job "$held" account=nlp
    as carol scontrol update job "$held" partition=debug
    [ "$(on head squeue -h -j "$held" -o '%a %P')" = "vision debug" ]
    as carol scancel "$held"
}

@test "an emptied or a missing policy: that of before decides" {
    use_good_policy
    on head sh -c ": > $policy"
    sleep 2
    policy_of_before_decides
    on head rm "$policy"
    sleep 2
    policy_of_before_decides
    others_run
}

@test "a node that has never seen a good policy says so, and stays up" {
    on head sh -c "sed -i '3i workspace \"x\" {{{' $policy"
    sleep 2
    on n1 mv /var/lib/atelier /var/lib/atelier.away
    run as alice srun -w n1 --workspace=vision true
    on n1 mv /var/lib/atelier.away /var/lib/atelier
    [ "$status" -ne 0 ]
    [[ $output == *policy.lua*'cannot be used'* ]]
    wait_until 20 eval "on head sinfo -h -n n1 -p cpu -o %T | grep -qx idle"
}

@test "a policy that others may write is not obeyed, by slurmctld or by a node" {
    held=$(as alice sbatch --parsable --hold --workspace=vision -o /tmp/held.out -w n1 --wrap 'echo ran')
    # slurmctld looks at owner and mode when the text has changed; a node does for every job.
    on head sh -c "chmod 666 $policy; echo '-- changed' >> $policy"
    sleep 2
    vision_is_refused
    others_run

    as alice scontrol release "$held"
    wait_until 20 eval "accounting $held State | grep -q FAILED"
    on n1 grep -q 'policy.lua' /tmp/held.out
    not on n1 grep -q ran /tmp/held.out
    on n1 rm /tmp/held.out
}

@test "a policy of another owner is not obeyed" {
    on head sh -c "chown alice $policy; echo '-- changed' >> $policy"
    sleep 2
    vision_is_refused
    on head chown root "$policy"
}
