#!/usr/bin/env bats
# Who the policy names, and what Slurm and slurmdbd make of them: administrators, operators,
# members by Unix group, and those whom nobody knows.

# shellcheck disable=SC2016 # backquotes are in the sentences

load cluster

policy=/etc/atelier/policy.lua

setup_file() { cluster_up; }
setup() {
    invariant_begin
    keep_policy
}
teardown() {
    restore_policy 'sacctmgr -i delete user where name=carol,daemon,mallory account=crew >/dev/null
        sacctmgr -i delete account name=crew >/dev/null
        sacctmgr -i delete qos name=rush >/dev/null
        sacctmgr -i modify user where name=alice,bob,mallory set adminlevel=none >/dev/null
        groupdel crew 2>/dev/null'
    invariant_end
}

# crew KEYS: carol's workspace.
crew() {
    on head sh -c "cat /root/policy.saved - >$policy" <<END
workspace "crew" {
    account = "crew", clusters = { "cpu", "debug" }, volumes = { "results" },
    limits = { wall_time = "2:00:00" },
    $1
}
END
    sleep 1.1
}

apply() {
    on head atelier policy apply --yes "$@"
}

coordinators() {
    on head sacctmgr -nP show account crew withcoordinator format=Coordinators
}

# key: workspace.administrators
@test "administrators coordinate the account: they change jobs beyond the policy" {
    crew 'users = { "carol" }, administrators = { "mallory" },'
    [[ $(on head atelier policy apply --dry-run) == *"create  coordinator mallory  of account crew"* ]]
    apply
    [ "$(apply)" = "nothing to change" ]
    [ "$(apply --prune)" = "nothing to change" ]
    [ "$(coordinators)" = mallory ]
    held=$(as carol sbatch --parsable --hold --workspace=crew -o /dev/null --wrap true)
    not as carol scontrol update job "$held" timelimit=3:00:00
    not as bob scontrol update job "$held" timelimit=3:00:00
    wait_until 5 as mallory scontrol update job "$held" timelimit=3:00:00
    not as mallory scontrol update job "$held" account=other
    fails_saying 'not one of yours' as mallory sbatch --workspace=crew -o /dev/null --wrap true

    crew 'users = { "carol" },'
    [ "$(apply)" = $'note: coordinator mallory of account crew is not in the policy; --prune removes it\nnothing to change' ]
    [[ $(apply --prune) == *"remove  coordinator mallory  of account crew"* ]]
    [ "$(apply --prune)" = "nothing to change" ]
    [ -z "$(coordinators)" ]
    not as mallory scontrol update job "$held" timelimit=3:30:00
}

@test "an administrator whom slurmdbd does not know is made known, once" {
    crew 'users = { "carol" }, administrators = { "carol", "daemon" },'
    run apply
    [ "$status" -eq 0 ]
    [[ $output == *"create  user daemon"*"in account crew, to coordinate it"* ]]
    [ "$(apply --prune)" = "nothing to change" ]
    [ "$(coordinators | tr , '\n' | sort | xargs)" = "carol daemon" ]
    crew 'users = { "carol" },'
    apply --prune
    [ "$(apply --prune)" = "nothing to change" ]
    silent on head sacctmgr -nP show user daemon
}

# key: workspace.title
@test "a changed title and a QOS that was taken back reach slurmdbd" {
    crew 'users = { "carol" }, title = "The Crew", qos = { normal = "normal", high = "rush" },'
    apply
    [ "$(on head sacctmgr -nP show account crew format=Description)" = "the crew" ]
    [ "$(apply)" = "nothing to change" ]
    crew 'users = { "carol" }, title = "All hands", qos = { normal = "normal" },'
    [[ $(apply) == *"QOS rush of account crew is not in the policy; --prune removes it"*"title \"All hands\""* ]]
    [ "$(on head sacctmgr -nP show account crew format=Description)" = "all hands" ]
    [[ $(apply --prune) == *"may no longer use QOS rush"* ]]
    [ "$(on head sacctmgr -nP show associations account=crew wopl format=User,QOS | head -n 1)" = "|normal" ]
    [ "$(apply --prune)" = "nothing to change" ]
}

@test "users and groups that do not exist: check says so, apply makes none of them" {
    crew 'users = { "carol", "carlo" }, groups = { "crews" }, administrators = { "mallroy" },'
    run on head atelier policy check
    [ "$status" -eq 1 ]
    [[ $output == *'this machine knows no user `carlo`, which is in key `users`: correct the name'* ]]
    [[ $output == *'no group `crews`'* && $output == *'no user `mallroy`'* ]]
    run apply
    [ "$status" -eq 0 ]
    [[ $output == *'no user `carlo`, which is in key `users`, and is left out'* ]]
    [[ $output == *'no group `crews`'* && $output == *'no user `mallroy`'* ]]
    [ "$(on head sacctmgr -nP show associations account=crew format=User)" = $'\ncarol' ]
    on head sacctmgr -i add user mallory account=crew
    [[ $(apply --prune) == *"nothing to change" ]] # mallory may be one of the group
    run as carol sbatch --workspace=crew --hold -o /dev/null --wrap true
    [ "$status" -eq 0 ]
}

# key: workspace.groups
@test "members by Unix group: of the list, by primary group, and nobody else" {
    on head sh -c 'groupadd crew; gpasswd -a carol crew >/dev/null'
    for node in "${nodes[@]}"; do
        on "$node" sh -c 'groupadd crew; gpasswd -a carol crew >/dev/null'
    done
    on head touch /etc/slurm/job_submit.lua # loaded anew, so that no groups of before are believed
    crew 'groups = { "crew" },'
    apply
    [ "$(on head sacctmgr -nP show associations account=crew format=User)" = $'\ncarol' ]
    [ "$(as carol srun --workspace=crew sh -c 'echo "$ATELIER_WORKSPACE $SLURM_JOB_ACCOUNT"')" = "crew crew" ]
    not as mallory srun --workspace=crew true
    on head usermod -g crew mallory
    [[ $(apply) == *"create  user mallory"* ]]
    on head usermod -g mallory mallory
    [[ $(apply --prune) == *"remove  user mallory"* ]]
    for node in "${nodes[@]}"; do
        on "$node" groupdel crew
    done
}

# key: operators.users
# key: operators.groups
@test "operators by name and by Unix group may change any job, if Slurm lets them" {
    on head sh -c 'groupadd crew; gpasswd -a mallory crew >/dev/null'
    on head sh -c "echo 'operators { \"bob\", groups = { \"crew\" } }' >>$policy"
    sleep 1.1
    held=$(as carol sbatch --parsable --hold --workspace=vision -o /dev/null --wrap true)
    not as mallory scontrol update job "$held" account=nlp
    on head sacctmgr -i modify user where name=alice,bob,mallory set adminlevel=operator
    as mallory scontrol update job "$held" account=nlp
    as bob scontrol update job "$held" account=vision
    not as alice scontrol update job "$held" account=nlp
    as carol scancel "$held"
}
