#!/usr/bin/env bats
# atelier policy apply: the plan, the question, the calls of sacctmgr, the failures.

load cli

setup() {
    # Of a user whom every machine has.
    write_policy < <(sed s/alice/daemon/ "$BATS_TEST_DIRNAME/team.lua")
    slurm scontrol config <<'END'
Configuration data as of 2026-11-23T12:00:00
AccountingStorageEnforce = associations,limits,qos
ClusterName             = sandbox
END
    slurm squeue -h <<<""
    slurm sacctmgr show <<<""
    slurm sacctmgr add <<<" Adding"
    slurm sacctmgr modify <<<" Modified"
}

# What was asked of sacctmgr beyond `show`.
changes() {
    grep '^sacctmgr \[-i\]' "$calls" || true
}

apply() {
    atelier policy apply --policy "$policy" "$@" </dev/null
}

@test "the plan is printed, and without a terminal nothing is changed" {
    run apply
    [ "$status" -eq 1 ]
    [ "${lines[0]}" = "create  QOS fast" ]
    [ "${lines[2]}" = "create  account vision  below root" ]
    [ "${lines[3]}" = "change  account vision  may use QOS std,fast" ]
    [ "${lines[4]}" = "change  account vision  nodes = 4, submitted_jobs = 10" ]
    [ "${lines[5]}" = "create  user daemon     in account vision" ]
    [[ ${lines[6]} == *"nobody can be asked here, so say --yes" ]]
    [ -z "$(changes)" ]
}

@test "--dry-run prints the plan and is well" {
    says 0 "create  user daemon" apply --dry-run
    says 0 "create  user daemon" apply --dry-run --yes
    says 0 '"argv": [' apply --dry-run --json
    [ -z "$(changes)" ]
}

@test "--yes makes each change by one call, in order" {
    says 0 "6 changes made" apply --yes
    [ "$(changes | wc -l)" -eq 6 ]
    changes | head -n 1 | grep -qxF 'sacctmgr [-i] [add] [qos] [fast]'
    changes | tail -n 1 | grep -qxF 'sacctmgr [-i] [add] [user] [daemon] [account=vision] [cluster=sandbox]'
}

@test "on a terminal it asks, and only y is yes" {
    # script(1) gives it a terminal.
    ask() {
        printf '%s\n' "$1" | script -qec "$built/atelier --set lua=$top/lua policy apply -f $policy" /dev/null
    }
    says 1 "Make 6 changes? [y/N]" ask n
    [[ $output == *"nothing was changed"* ]]
    says 1 "nothing was changed" ask ""
    [ -z "$(changes)" ]
    says 0 "6 changes made" ask y
    [ "$(changes | wc -l)" -eq 6 ]
}

@test "the first call that fails ends it, and is named" {
    cat >"$BATS_TEST_TMPDIR/slurm/sacctmgr" <<END
#!/bin/sh
echo "sacctmgr [\$1]" >>"$calls"
case "\$*" in
*"show"*) exit 0 ;;
*"account vision"*) echo "sacctmgr: error: slurmdbd is tired" >&2; exit 1 ;;
esac
END
    says 1 "create account vision: sacctmgr failed with exit code 1: slurmdbd is tired; 2 of 6 changes were made" apply --yes
    [ "$(changes | wc -l)" -eq 3 ]
}

@test "only this cluster is looked at" {
    apply --dry-run
    grep -F '[associations]' "$calls" | grep -qF '[cluster=sandbox]'
    grep -F '[user]' "$calls" | grep -qF '[cluster=sandbox]'
}

@test "nothing to change" {
    slurm sacctmgr show qos <<<$'std\nfast'
    slurm sacctmgr show account <<<'vision|atelier||vision'
    slurm sacctmgr show associations <<<$'vision|||root|node=4|||10||fast,std\nvision|daemon||||||||'
    says 0 "nothing to change" apply
    [ "${#lines[@]}" -eq 1 ]
}

@test "wckeys are made where Slurm enforces them" {
    slurm scontrol config <<<$'AccountingStorageEnforce = associations,wckeys\nClusterName = sandbox'
    says 0 "create  wckey vision" apply --dry-run
    slurm scontrol config <<<$'AccountingStorageEnforce = associations\nClusterName = sandbox'
    run apply --dry-run
    [[ $output != *wckey* ]]
}

@test "members of Unix groups get their account, also by their primary group" {
    sed -i 's/users = { "daemon" }/groups = { "daemon" }/' "$policy"
    says 0 "create  user daemon" apply --dry-run
}

@test "users and groups that this machine does not know are left out, with a word" {
    sed -i 's/users = { "daemon" }/users = { "nadia" }, groups = { "nobodies" }/' "$policy"
    says 0 'knows no user `nadia`, which is in key `users`, and is left out' apply --dry-run
    [[ $output == *'no group `nobodies`'*', and is left out'* ]]
    [[ $output != *"create  user"* ]]
}

@test "administrators become coordinators" {
    sed -i 's/users = { "daemon" }/& , administrators = { "daemon" }/' "$policy"
    says 0 "7 changes made" apply --yes
    changes | tail -n 1 | grep -qxF 'sacctmgr [-i] [add] [coordinator] [account=vision] [names=daemon]'
}

@test "without Slurm nothing is planned" {
    rm "$BATS_TEST_TMPDIR/slurm"/rule.scontrol.*
    says 2 "atelier policy apply: scontrol failed with exit code 1: no such thing" apply --yes
    [ -z "$(changes)" ]
}
