#!/usr/bin/env bats
# Slurm's own configuration: what is lacking is said by doctor, policy check and explain, and what
# they say is what happens.

# shellcheck disable=SC2016 # backquotes are in the sentences

load cluster

policy=/etc/atelier/policy.lua
conf=/etc/slurm

setup_file() {
    cluster_up
    on head sh -c "cp -p $policy /root/policy.1101; cp -p $conf/slurm.conf $conf/slurmdbd.conf /root/
        sed -i 's/title = \"Computer vision\",/& limits = { submitted_jobs = 10, gpus = 8 },/' $policy"
    sleep 2
    on head atelier policy apply --yes
}
teardown_file() {
    on head sh -c "cat /root/policy.1101 >$policy; rm /root/policy.1101
        sacctmgr -i modify account where name=vision set grptres=gres/gpu=-1 grpsubmit=-1 >/dev/null"
    restore
    sleep 2
}
setup() { invariant_begin; }
teardown() {
    restore
    invariant_end
}

# Only what was changed is put back.
restore() {
    on head cmp -s /root/slurm.conf $conf/slurm.conf || {
        on head sh -c "cat /root/slurm.conf >$conf/slurm.conf"
        restart_controller
    }
    on head cmp -s /root/slurmdbd.conf $conf/slurmdbd.conf || {
        on head sh -c "cat /root/slurmdbd.conf >$conf/slurmdbd.conf"
        restart_accounting
    }
}

# What bats waits for is not the daemons'.
restart_controller() {
    on head sh -c 'squeue -h -o %A | xargs -r scancel; pkill -x "slurmctld(-wlm)?"
        while pgrep -x "slurmctld(-wlm)?" >/dev/null; do sleep 0.1; done; /usr/local/sbin/start-controller' 3>&-
    wait_until 30 all_idle
}

all_idle() {
    [ "$(on head sinfo -h -p cpu -t idle -o %D)" = 3 ]
}

restart_accounting() {
    on head sh -c 'pkill -x slurmdbd; while pgrep -x slurmdbd >/dev/null; do sleep 0.1; done
        /usr/local/sbin/start-accounting' 3>&-
}

# configured SED-COMMAND: slurm.conf changed so, in a slurmctld that starts with it.
configured() {
    on head sed -i "$1" $conf/slurm.conf
    restart_controller
}

@test "the sandbox has all that is needed, on each machine" {
    run on head atelier policy check
    echo "$output"
    [ "$status" -eq 0 ]
    for machine in head n1; do
        run on "$machine" atelier doctor
        echo "$output"
        [ "$status" -eq 0 ]
        [[ $output == *"Slurm       yes  its configuration has what the policy and the plugin need"* ]]
    done
}

@test "a slurmctld that does not ask the policy: everybody is told, and a job by what happened" {
    configured '/^JobSubmitPlugins/d'
    fails_saying 'slurm.conf: JobSubmitPlugins is not set: slurmctld does not ask the policy' \
        on head atelier policy check
    fails_saying 'Slurm       NO   slurm.conf: JobSubmitPlugins is not set' on n1 atelier doctor
    run as carol atelier policy explain --workspace=nlp
    [ "$status" -eq 0 ]
    [[ ${lines[0]} == 'warning: slurm.conf: JobSubmitPlugins is not set: '* ]]
    fails_saying "slurmctld has recorded no workspace for this job, which asks for \`nlp\`: submit it again; if that does not help, slurmctld does not ask the policy, or somebody has changed the job's AdminComment: tell your administrator" \
        as carol srun --workspace=nlp true
}

@test "limits that nobody counts are said to be nobody's" {
    as alice atelier policy explain --workspace=vision |
        grep -Eq '^  submitted jobs +10 .*: Slurm counts all jobs$'
    fails_saying 'Batch job submission failed' as alice sbatch --workspace=vision --hold \
        --array=0-10 -o /dev/null --wrap true
    configured 's/^AccountingStorageEnforce=.*/AccountingStorageEnforce=associations,qos/; /^AccountingStorageTRES/d'
    as alice sbatch --parsable --workspace=vision --hold --array=0-299 -o /dev/null --wrap true
    run as alice atelier policy explain --workspace=vision
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output != *"Slurm counts all jobs"* ]]
    grep -Eq '^  submitted jobs +10 .*: nobody counts all jobs: AccountingStorageEnforce in slurm.conf lacks limits$' <<<"$output"
    run on head atelier policy check
    [ "$status" -eq 1 ]
    grep -q '^slurm.conf: AccountingStorageEnforce=associations,qos: nobody counts .* has limits: add limits' <<<"$output"
    grep -q '^slurm.conf: AccountingStorageTRES=.*: add gres/gpu' <<<"$output"
}

@test "a limit that was not applied is said to be nobody's" {
    on head sacctmgr -i modify account where name=vision set grpsubmit=-1
    run as alice atelier policy explain --workspace=vision
    on head atelier policy apply --yes
    grep -Eq '^  submitted jobs +10 .*: nobody counts all jobs: slurmdbd does not have it: `atelier policy apply` sets it$' <<<"$output"
    as alice atelier policy explain --workspace=vision |
        grep -Eq '^  submitted jobs +10 .*: Slurm counts all jobs$'
}

@test "prolog, wckeys, namespaces and a missing default, each with its remedy" {
    configured 's/^PrologFlags=.*//; s/^TrackWCKey=.*//; s/^KillOnBadExit=.*//'
    on head sh -c "echo 'default_workspace = function() end' >>$policy"
    run on head atelier policy check
    on head sed -i '$d' "$policy"
    echo "$output"
    [ "$status" -eq 1 ]
    grep -q '^slurm.conf: PrologFlags is not set: .*: set PrologFlags=Alloc' <<<"$output"
    grep -q '^slurm.conf: TrackWCKey=[Nn]o: .*: set TrackWCKey=yes' <<<"$output"
    grep -q '^/etc/slurm/plugstack.conf:1: the line of atelier.so has no defaults=on' <<<"$output"
    grep -q '^note: slurm.conf: KillOnBadExit=0: ' <<<"$output"
    configured 's/^TaskPlugin=.*/&\nPrologFlags=Contain\nJobContainerType=job_container\/tmpfs/'
    without JobContainerType on n1 sh -c 'atelier doctor || true'
}

@test "wckeys that slurmdbd does not track" {
    on head sed -i '/^TrackWCKey/d' $conf/slurmdbd.conf
    restart_accounting
    fails_saying 'slurmdbd.conf: TrackWCKey=' on head atelier policy check
    on n1 atelier doctor | grep -q 'Slurm       NO   slurmdbd.conf: TrackWCKey=[Nn]o: '
    restore
    on head atelier policy check
}

@test "the scripts beside slurm.conf" {
    on head mv $conf/job_submit.lua $conf/cli_filter.lua /root/
    run on head atelier policy check
    on n1 atelier doctor >"$BATS_TEST_TMPDIR/n1" || true
    on head sh -c "echo 'return 0' >$conf/job_submit.lua"
    run_again=$(on head atelier policy check || true)
    on head atelier policy explain --user alice --workspace=vision -N1 >"$BATS_TEST_TMPDIR/explained" 2>&1 || true
    on head mv /root/job_submit.lua /root/cli_filter.lua $conf/
    grep -q '^/etc/slurm/job_submit.lua is not there: ' <<<"$output"
    grep -q '^slurm.conf: CliFilterPlugins=cli_filter/lua: there is no /etc/slurm/cli_filter.lua' <<<"$output"
    grep -q 'there is no /etc/slurm/cli_filter.lua' "$BATS_TEST_TMPDIR/n1"
    [[ $(<"$BATS_TEST_TMPDIR/n1") != *job_submit.lua* ]] # the controller's alone
    grep -q '^/etc/slurm/job_submit.lua does not call atelier.slurm: ' <<<"$run_again"
    cat "$BATS_TEST_TMPDIR/explained"
    grep -q 'nobody checks it at submission: job_submit.lua does not call atelier.slurm' "$BATS_TEST_TMPDIR/explained"
    [[ $(<"$BATS_TEST_TMPDIR/explained") != *"checked at submission"* ]]
    on head atelier policy check
}
