#!/usr/bin/env bats
# What is at a name may be another's, or another thing a moment later: the directory that a job's
# nodes share is made where only its user makes names, and what is deleted is what was made.

# shellcheck disable=SC2016 # what is in single quotes is for the job's shell
load cluster

setup_file() {
    cluster_up
    on head cp /etc/atelier/policy.lua /tmp/moved.lua
}
teardown_file() {
    on head sh -c 'cat /tmp/moved.lua >/etc/atelier/policy.lua; rm -r /tmp/moved.lua /results/moved-*'
}
setup() { invariant_begin; }
teardown() { invariant_end; }

# place WORD: where everybody makes names, and jobs their shared directories, is $place on the
# head; $users is the name of alice's own there. The file server remembers what is removed behind
# its back: no test uses another's.
place() {
    local name="moved-$$-$BATS_TEST_NUMBER-$1"
    place=/results/$name
    users=$place/atelier-$(on head id -u alice)
    on head mkdir -m 1777 "$place"
    on head sh -c "sed 's|    default_cluster = .cpu.,|& shared_job_temp = \"results/$name\",|' /tmp/moved.lua >/etc/atelier/policy.lua"
    on head grep -q "results/$name" /etc/atelier/policy.lua
}

is_gone() { # JOB
    not on head sh -c "ls -d $place/atelier-*/job.sandbox.$1"
}

# shared WORD...: alice's job on two nodes, each of which writes into the directory; what is in it.
shared() {
    submit alice --workspace=vision -N2 --ntasks-per-node=1 -o /mnt/atelier/results/moved-%j.out "$@" --wrap '
        srun sh -c "touch \$ATELIER_SHARED_JOB_TEMP/\$SLURM_PROCID"
        ls $ATELIER_SHARED_JOB_TEMP'
    run on head cat "/results/moved-$job.out"
    echo "$output"
}

@test "a directory, a link or a file of another's under the name does not keep the job from its own" {
    local planted
    for planted in "mkdir -m 777" "ln -s /tmp" touch; do
        place "${planted%% *}"
        # shellcheck disable=SC2086
        as mallory $planted "$users"
        shared
        [[ $(xargs <<<"$output") == "0 1" ]]
        wait_until 20 is_gone "$job"
        [ "$(on head stat -c %U-%a "$users.2")" = alice-700 ]
        [ "$(on head stat -c %U "$users")" = mallory ]
    done
}

@test "what an own directory of the user's has is for nobody else" {
    place own
    shared
    [[ $(xargs <<<"$output") == "0 1" ]]
    [ "$(on head stat -c %U-%a "$users")" = alice-700 ]
    fails_saying "Permission denied" as mallory mkdir "$users/job.sandbox.$((job + 1))"
    wait_until 20 is_gone "$job"
}

@test "data that was renamed over the job's directory stays, and so does what was moved away" {
    place data
    submit alice --workspace=vision -w n1 -o /dev/null --wrap "
        cd /mnt/atelier$users && mkdir thesis && touch thesis/chapter \$ATELIER_SHARED_JOB_TEMP/result &&
        mv job.sandbox.\$SLURM_JOB_ID kept && mv thesis job.sandbox.\$SLURM_JOB_ID"
    wait_until 20 on n1 grep -q "stopped job=$job .*shared_job_temp=left" /var/log/atelier.log
    on head test -e "$users/job.sandbox.$job/chapter"
    on head test -e "$users/kept/result"
}

@test "a link to data in its place is not followed" {
    place link
    submit alice --workspace=vision -w n1 -o /dev/null --wrap "
        cd /mnt/atelier$users && mkdir data && touch data/thesis && mv job.sandbox.\$SLURM_JOB_ID kept &&
        ln -s /mnt/atelier$users/data job.sandbox.\$SLURM_JOB_ID"
    wait_until 20 on n1 grep -q "stopped job=$job .*shared_job_temp=left" /var/log/atelier.log
    on head test -e "$users/data/thesis"
}
