#!/usr/bin/env bats
# The policy in slurmctld: every way in gets the same answer.

# shellcheck disable=SC2016 # backquotes are in the sentences, variables are for the jobs

load cluster

policy=/etc/atelier/policy.lua

# Beside the sandbox's policy: a limit, a QOS, a route, and a default workspace for bob.
setup_file() {
    cluster_up
    on head cp -p "$policy" /root/policy.0501
    on head sh -c "sed -i 's/title = \"Computer vision\",/& administrators = { \"carol\" }, limits = { nodes = 2, wall_time = \"2:00:00\" },/' $policy
        cat >>$policy" <<'END'
operators { "bob" }
default_workspace = function(user)
    if user.name == "bob" then return "nlp" end
end
route = function(job)
    if job.array and job.features == "none" then refuse("no such machines for arrays") end
    if job.reservation == "loop" then while true do end end
    if job.tasks == 3 then job.time_limit, job.environment.ROUTED = 7, "yes" end
end
END
    # What slurmctld says is asked of it, and not of cli_filter.lua before it.
    on head sh -c 'cp -r /etc/slurm /tmp/unfiltered && sed -i /CliFilter/d /tmp/unfiltered/slurm.conf'
    sleep 2
}
teardown_file() {
    on head sh -c "cat /root/policy.0501 >$policy; rm -r /root/policy.0501 /tmp/unfiltered"
    sleep 2
}
setup() { invariant_begin; }
teardown() { invariant_end; }

# unfiltered USER COMMAND...
unfiltered() {
    local user=$1
    shift
    as "$user" env SLURM_CONF=/tmp/unfiltered/slurm.conf "$@"
}

# refused TEXT SBATCH-ARGUMENT...: by slurmctld, in each form of submission.
refused() {
    local text=$1
    shift
    fails_saying "$text" unfiltered alice sbatch -o /dev/null "$@" --wrap true
    fails_saying "$text" unfiltered alice sbatch -o /dev/null --test-only "$@" --wrap true
    fails_saying "$text" unfiltered alice salloc "$@" true
    fails_saying "$text" unfiltered alice srun "$@" true
    silent as root squeue -h
}

@test "each rule refuses sbatch, --test-only, salloc and srun alike" {
    refused 'workspace `nlp` is not one of yours' --workspace=nlp
    refused 'leave --account out' --workspace=vision --account=nlp
    refused 'leave --wckey out' --workspace=vision --wckey=x
    refused 'partition `gpu` is not one of' --workspace=vision --partition=gpu
    refused 'over the limit of workspace `vision`' --workspace=vision --nodes=3
    refused 'over the limit of workspace `vision`' --workspace=vision --time=2:01:00
}

@test "arrays and each component of a het job" {
    fails_saying 'no such machines' unfiltered alice sbatch -o /dev/null --workspace=vision \
        --array=1-3 -C none --wrap true
    fails_saying 'workspace `nlp`' unfiltered alice sbatch -o /dev/null --workspace=vision : \
        --workspace=nlp /mnt/src/examples/digits/train.sh
    fails_saying 'over the limit' unfiltered alice salloc --workspace=vision : \
        --workspace=vision --nodes=3 true
    array=$(as alice sbatch --parsable --hold -o /dev/null --workspace=vision --array=1-3 --wrap true)
    [ "$(on head squeue -h -r -j "$array" -o %a | sort | uniq -c | tr -s ' ')" = ' 3 vision' ]
}

@test "the same refusals come early, from the submit host" {
    run as alice sbatch -o /dev/null --workspace=nlp --wrap true
    [ "$output" = 'sbatch: error: atelier: workspace `nlp` is not one of yours: choose vision' ] # and no word of slurmctld's
    fails_saying 'workspace `nlp` is not one of yours' as alice srun --workspace=nlp true
    # What $USER says of somebody else is slurmctld's to decide, and who wants to know hears of it.
    run as alice env USER=bob sbatch -v -o /dev/null --workspace=vision --partition=gpu --wrap true
    [[ $output == *"atelier: cli_filter leaves this job to slurmctld: \$USER is not the name"* ]]
    [[ $output == *'partition `gpu` is not one of'*"Batch job submission failed"* ]]
    held=$(as alice env USER=bob sbatch --parsable --hold -o /dev/null --workspace=vision --wrap true)
    [[ $(on head scontrol show job "$held") == *" AdminComment=atelier/1 workspace=vision"* ]]
    # The Lua of Slurm (5.1) and that of the plugin (5.4) share these processes.
    [ "$(as alice srun --workspace=vision --framework=mpi echo well)" = well ]
}

@test "a route's word reaches the job; one that loops is stopped" {
    submit alice --workspace=vision -n3 -o /mnt/atelier/results/%j.out --wrap 'echo ROUTED=$ROUTED'
    on head grep -qx ROUTED=yes "/results/$job.out"
    wait_until 5 eval '[ "$(accounting "$job" TimelimitRaw)" = 7 ]'
    began=${EPOCHREALTIME/./}
    fails_saying 'takes too long to decide (policy.lua:' unfiltered alice sbatch -o /dev/null \
        --workspace=vision --reservation=loop --wrap true
    [ $((${EPOCHREALTIME/./} - began)) -lt 2000000 ]
    on head pgrep -x "slurmctld(-wlm)?"
}

@test "jobs without options: a default workspace, or none of our business" {
    held=$(as bob sbatch --parsable --hold -o /dev/null --wrap true)
    [[ $(on head scontrol show job "$held") == *"AdminComment=atelier/1 workspace=nlp"* ]]
    held=$(as alice sbatch --parsable --hold -o /dev/null --wrap true)
    without AdminComment on head scontrol show job "$held"
}

@test "with defaults=on such a job is in its workspace on the node, and others are not" {
    on head sh -c "sed -i 's/atelier.so/& defaults=on/' /etc/slurm/plugstack.conf"
    run as bob srun sh -c 'echo $ATELIER_WORKSPACE; ls /mnt/atelier'
    other=$(as alice srun sh -c 'echo "[$ATELIER_WORKSPACE]"; ls /mnt/atelier' 2>&1)
    on head sh -c "sed -i 's/ defaults=on//' /etc/slurm/plugstack.conf"
    [[ $output == *nlp*datasets* ]]
    [ "$other" = '[]' ]
    silent as bob srun sh -c 'ls /mnt/atelier'
}

@test "scontrol update: the policy's rules for all but root" {
    held=$(as alice sbatch --parsable --hold --workspace=vision -N1 -o /dev/null --wrap true)
    not as alice scontrol update job "$held" partition=gpu
    not as alice scontrol update job "$held" timelimit=3:00:00
    not as alice scontrol update job "$held" numnodes=3
    as alice scontrol update job "$held" timelimit=1:00:00
    as alice scontrol update job "$held" partition=debug
    # Slurm's operators: one of the policy's too, an administrator of the workspace, and neither.
    on head sacctmgr -i modify user where name=bob,carol,mallory set adminlevel=operator
    not as carol scontrol update job "$held" account=nlp
    as carol scontrol update job "$held" timelimit=3:00:00
    not as mallory scontrol update job "$held" account=nlp
    not as mallory scontrol update job "$held" timelimit=4:00:00
    as bob scontrol update job "$held" timelimit=4:00:00
    other=$(as carol sbatch --parsable --hold --workspace=vision -o /dev/null --wrap true)
    as bob scontrol update job "$other" account=nlp
    on head sacctmgr -i modify user where name=bob,carol,mallory set adminlevel=none
    on head scontrol update job "$held" timelimit=3:00:00
}

# The newest form that slurmrestd has: a job's environment is a list since v0.0.39, and plugins
# have no number since 24.05. In $plugin, $version and $environment.
choose_rest() {
    plugin=$(as bob slurmrestd -s list 2>&1 | grep -oE 'openapi/(v[0-9.]+|slurmctld)$' | sort -V | tail -n 1)
    version=${plugin#openapi/}
    [ "$version" != slurmctld ] ||
        version=$(as bob slurmrestd -d list 2>&1 | grep -oE 'v[0-9.]+$' | sort -V | tail -n 1)
    environment='["PATH=/bin"]'
    [ "${version##*.}" -ge 39 ] || environment='{"PATH":"/bin"}'
}

@test "REST submissions, which carry no options, get the default workspace" {
    command -v slurmrestd >/dev/null || skip "slurmrestd is not installed"
    choose_rest
    echo "$plugin $version"
    answer=$(as bob sh -c '
        slurmrestd -a rest_auth/local -s "$1" unix:/tmp/bob.sock >/tmp/bob.log 2>&1 &
        for try in $(seq 50); do [ -S /tmp/bob.sock ] && break; sleep 0.2; done
        curl -s --max-time 20 --unix-socket /tmp/bob.sock -H "Content-Type: application/json" \
            -d "{\"script\":\"#!/bin/sh\ntrue\",\"job\":{\"name\":\"rest\",\"hold\":true,\"nodes\":1,\"environment\":$3,\"current_working_directory\":\"/tmp\"}}" \
            "http://localhost/slurm/$2/job/submit"
        kill $!; rm -f /tmp/bob.sock' sh "$plugin" "$version" "$environment")
    echo "$answer"
    held=$(sed -n 's/.*"job_id": *\([1-9][0-9]*\).*/\1/p' <<<"$answer" | head -n 1)
    [ -n "$held" ]
    job=$(on head scontrol show -o job "$held")
    [[ $job == "JobId=$held "*"JobName=rest "*"AdminComment=atelier/1 workspace=nlp"* ]]
}

@test "a changed policy is in force within two seconds" {
    on head sh -c "sed -i 's/users = { \"alice\", \"carol\" }/users = { \"carol\" }/' $policy"
    sleep 2
    fails_saying 'not one of yours' unfiltered alice sbatch -o /dev/null --workspace=vision --wrap true
    on head sh -c "sed -i 's/users = { \"carol\" }/users = { \"alice\", \"carol\" }/' $policy"
    sleep 2
    as alice sbatch --hold -o /dev/null --workspace=vision --wrap true
}
