#!/usr/bin/env bats
# default_workspace and route that fail: `policy check` finds them before any job does, jobs of
# people who never heard of us run, and root learns why.

# shellcheck disable=SC2016 # backquotes are in the sentences

load cluster

policy=/etc/atelier/policy.lua

setup_file() {
    cluster_up
    on head cp -p "$policy" /root/policy.1202
}
teardown_file() {
    on head sh -c "cat /root/policy.1202 >$policy; rm /root/policy.1202"
    sleep 1.1
}
setup() { invariant_begin; }
teardown() { invariant_end; }

# with_functions TEXT: the sandbox's policy, and these functions.
with_functions() {
    on head sh -c "cat /root/policy.1202 - >$policy; : >/var/log/slurmctld.log" <<<"$1"
    sleep 1.1
}

# check_says TEXT: a problem of the policy in force.
check_says() {
    run on head atelier policy check
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == *"$1"* ]]
}

# A job without options runs, on the node too, and is none of ours.
others_run() {
    submit alice -o /dev/null --wrap 'test -z "$ATELIER_WORKSPACE"'
    without AdminComment=atelier on head scontrol show job "$job"
    [ "$(as mallory srun sh -c 'echo "fine[$ATELIER_WORKSPACE]"')" = 'fine[]' ]
}

# key: default_workspace
@test "a default_workspace that raises leaves jobs without options alone, and the log and doctor say so" {
    with_functions 'default_workspace = function(user) return user.groups.first .. "x", user.nothing.at.all end'
    check_says 'default_workspace fails for `alice`'
    others_run
    others_run
    [ "$(on head grep -c 'policy.lua:[0-9]*: default_workspace failed, so jobs without options of ours are left alone: attempt to' /var/log/slurmctld.log)" -eq 1 ]
    run on head atelier doctor
    [ "$status" -eq 1 ]
    grep -Eq '^policy +NO +policy.lua:[0-9]+: default_workspace fails for' <<<"$output"
    submit alice --workspace=vision -o /dev/null --wrap true
    run on head atelier policy explain --user alice
    [[ $output == *'leaves the job as it is: default_workspace failed (policy.lua:'*'reason: attempt to'* ]]
}

@test "one that never ends does neither, also where nodes serve defaults" {
    with_functions 'default_workspace = function(user)
    while true do end
end'
    check_says 'it does not end, or takes too long'
    on head sh -c "sed -i 's/atelier.so/& defaults=on/' /etc/slurm/plugstack.conf"
    run others_run
    on head sh -c "sed -i 's/ defaults=on//' /etc/slurm/plugstack.conf"
    echo "$output"
    [ "$status" -eq 0 ]
    on head grep -q 'default_workspace failed.*it does not end' /var/log/slurmctld.log
}

@test "a default workspace is given, and one for strangers is noted" {
    with_functions 'default_workspace = function(user) return "vision" end'
    [[ $(on head atelier policy check) == *'note: default_workspace '*'gives `vision` also to users who are not its members'* ]]
    held=$(as alice sbatch --parsable --hold -o /dev/null --wrap true)
    [[ $(on head scontrol show job "$held") == *"AdminComment=atelier/1 workspace=vision"* ]]
    fails_saying 'not one of yours' as mallory sbatch -o /dev/null --wrap true
    as mallory sbatch --hold -A other -o /dev/null --wrap true
}

# key: route
@test "a route that fails for some jobs is found by check, and explain gives root the reason" {
    with_functions 'route = function(job)
    if job.array and job.time_limit > 60 then refuse("no long arrays") end
end'
    check_says 'route fails for a job of `bob` in workspace `nlp` with an array'
    [[ $output == *'attempt to compare'* ]]
    submit alice --workspace=vision -o /dev/null --wrap true
    fails_saying 'route of the site' as alice sbatch --workspace=vision --array=1-2 -o /dev/null --wrap true
    with_functions 'route = function(job) job.account = job.script and "root" end'
    run on head atelier policy explain --user alice --workspace=vision /mnt/src/examples/digits/train.sh
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == *'reason: route set `account` to `root`, which is neither the account of workspace'* ]]
    with_functions 'route = function(job) while job.gpus and job.gpus > 2 do end end'
    check_says 'it does not end'
}
