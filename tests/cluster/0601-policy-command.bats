#!/usr/bin/env bats
# The atelier command on a real Slurm: what it says is what sbatch does, and what it applies is
# what Slurm enforces.

load cluster

policy=/etc/atelier/policy.lua

setup_file() { cluster_up; }
setup() {
    invariant_begin
    keep_policy
}

# The account that the tests make goes again, by sacctmgr alone.
teardown() {
    restore_policy 'sacctmgr -i delete account name=crew >/dev/null
        sacctmgr -i delete qos name=rush >/dev/null
        rm -f /root/draft.lua /root/cases.lua'
    invariant_end
}

# A third workspace: carol's, with a limit and two QOS.
add_crew() {
    on head sh -c "cat >>$policy" <<'END'
workspace "crew" {
    account = "crew", parent = "research", users = { "carol" },
    clusters = { "cpu", "debug" }, volumes = { "results" },
    qos = { normal = "normal", high = "rush" },
    limits = { nodes = 2, gpus = 3, gpu_hours = 10, submitted_jobs = 10, wall_time = "2:00:00" },
    default_wall_time = 30,
}
END
    sleep 2
}

atelier() {
    on head atelier "$@"
}

@test "check knows what Slurm knows" {
    atelier policy check
    add_crew
    run atelier policy check
    [ "$status" -eq 1 ]
    [[ $output == *"Slurm has no account \`crew\`"* ]]
    [[ $output == *"Slurm has no QOS \`rush\`"* ]]
    fails_saying "Slurm has no partition \`gpu\`" on head sh -c \
        "sed 's/partition = \"debug\"/partition = \"gpu\"/' $policy >/root/draft.lua
         atelier policy check /root/draft.lua"
    atelier policy check --offline
}

@test "apply creates, a second run changes nothing, and --prune takes away" {
    add_crew
    run atelier policy apply
    [ "$status" -eq 1 ]
    [[ $output == *"create  account crew  below research"* ]]
    atelier policy apply --yes
    [ "$(atelier policy apply --yes)" = "nothing to change" ]
    atelier policy check
    [ "$(on head sacctmgr -nP show associations account=crew wopl \
        format=User,ParentName,GrpTRES,GrpTRESMins,GrpSubmit,MaxWall,QOS)" = \
        $'|research|gres/gpu=3,node=2|gres/gpu=600|10|02:00:00|normal,rush\ncarol||||||' ]

    on head sed -i 's/submitted_jobs = 10/submitted_jobs = 12/' "$policy"
    [ "$(atelier policy apply --yes)" = \
        $'change  account crew  submitted_jobs = 12 (was 10)\n1 change made' ]

    on head sh -c "cat /root/policy.saved > $policy"
    [ "$(atelier policy apply --yes)" = \
        $'note: account crew is not in the policy; --prune removes it\nnothing to change' ]
    as carol sbatch --parsable --hold -A crew -o /dev/null --wrap true
    [[ $(atelier policy apply --prune --yes) == *"account crew is not in the policy, but has jobs"* ]]
    on head scancel -u carol
    wait_until 20 no_jobs
    [[ $(atelier policy apply --prune --yes) == *"remove  account crew"* ]]
    [ "$(atelier policy apply --prune --yes)" = "nothing to change" ]
    silent on head sacctmgr -nP show associations account=crew
    on head sacctmgr -nP show account vision | grep -q '^vision'
}

@test "a user may not apply" {
    add_crew
    fails_saying "create QOS rush: sacctmgr failed" as carol atelier policy apply --yes
    silent on head sacctmgr -nP show account crew
}

@test "a limit of GPUs: of one job by the policy, of all together by Slurm" {
    add_crew
    atelier policy apply --yes
    fails_saying '4 GPUs are over the limit' as carol sbatch --workspace=crew --gres=gpu:4 -o /dev/null --wrap true
    fails_saying '4 GPUs are over the limit' as carol srun --workspace=crew -N2 --gpus-per-node=2 true
    fails_saying '4 GPUs are over the limit' as carol srun --workspace=crew -G4 true
    [ "$(as carol srun --workspace=crew --gres=gpu:2 sh -c 'echo $CUDA_VISIBLE_DEVICES')" = 0,1 ]
    as carol sbatch --workspace=crew --gres=gpu:2 -o /dev/null --wrap 'sleep 60'
    wait_until 10 eval '[ "$(on head squeue -h -u carol -o %T)" = RUNNING ]'
    as carol sbatch --workspace=crew --gres=gpu:2 -o /dev/null --wrap true
    wait_until 10 eval 'on head squeue -h -u carol -o %r | grep -q AssocGrpGRES'
}

# Slurm's count is the only one that is right within a second.
@test "200 submissions at once against a limit of 10 leave 10" {
    add_crew
    atelier policy apply --yes
    as carol sh -c 'for i in $(seq 200); do
            sbatch --workspace=crew --hold -o /dev/null --wrap true >/dev/null 2>&1 &
        done; wait'
    [ "$(on head squeue -h -A crew -o %A | wc -l)" -eq 10 ]
}

# decided USER OPTION...: "account partition wckey qos" as explain says.
decided() {
    local user=$1
    shift
    as "$user" atelier policy explain --json "$@" | /usr/bin/python3 -c 'import json, sys
made = json.load(sys.stdin)["decision"]
print(*(made.get(key) or "normal" for key in ("account", "partition", "wckey", "qos")))'
}

submitted() {
    local user=$1 id
    shift
    id=$(as "$user" sbatch --parsable --hold -o /dev/null "$@" --wrap true)
    on head squeue -h -j "$id" -O 'Account:40 ,Partition:40 ,WCKey:40 ,QOS:40' |
        awk '{ print $1, $2, $3, $4 }'
}

@test "explain says what sbatch then does" {
    add_crew
    atelier policy apply --yes
    local options
    for options in "alice --workspace=vision" \
        "alice --workspace=vision --experiment=digits --framework=pytorch -N2" \
        "bob --workspace=nlp -p debug" \
        "carol --workspace=crew -q high" \
        "carol --workspace=crew --experiment=one -p cpu,debug -t 60"; do
        # shellcheck disable=SC2086
        [ "$(decided $options)" = "$(submitted $options)" ] || {
            echo "$options: explained $(decided $options), submitted $(submitted $options)"
            return 1
        }
    done
}

@test "explain refuses in sbatch's sentence" {
    add_crew
    atelier policy apply --yes
    local options sentence
    for options in "alice --workspace=nlp" "alice --workspace=vision -A nlp" \
        "carol --workspace=crew -N3" \
        "carol --workspace=crew -t 1-00:00:00"; do
        # shellcheck disable=SC2086
        set -- $options
        sentence=$(as "$1" atelier policy explain "${@:2}") && return 1
        sentence=${sentence#refused: }
        sentence=${sentence% (*}
        fails_saying "$sentence" as "$1" sbatch -o /dev/null "${@:2}" --wrap true
    done
}

@test "explain --job decides a job of the past again" {
    submit alice --workspace=vision --experiment=digits -o /dev/null --wrap true
    wait_until 20 eval "accounting $job State | grep -q COMPLETED"
    run as alice atelier policy explain --job "$job"
    echo "$output"
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "job $job: the policy of today decides the same" ]
    on head sed -i 's/account = "vision"/account = "research"/' "$policy"
    run as alice atelier policy explain --job "$job"
    [ "$status" -eq 1 ]
    grep -Eq '^  account +vision +today: +research$' <<<"$output"
    as mallory sbatch --parsable --wait -o /dev/null --wrap true >"$BATS_TEST_TMPDIR/id"
    fails_saying "submitted without a workspace" atelier policy explain --job \
        "$(cat "$BATS_TEST_TMPDIR/id")"
}

@test "the site's cases run against the policy in force" {
    on head sh -c 'cat >/root/cases.lua' <<'END'
case "alice" { user = "alice", workspace = "vision", expect = { account = "vision" } }
case "bob is no member" { user = "bob", workspace = "vision", expect = { refused = "not one of yours" } }
END
    [ "$(atelier policy test /root/cases.lua)" = $'1..2\nok 1 - alice\nok 2 - bob is no member' ]
}
