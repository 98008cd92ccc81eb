#!/usr/bin/env bats
# Whatever a job asks for, and whatever is changed of it afterwards: Slurm gives it no more nodes
# and GPUs than its experiment may have.

# shellcheck disable=SC2016 # backquotes are in the sentences

load cluster

policy=/etc/atelier/policy.lua

setup_file() {
    cluster_up
    on head cp -p "$policy" /root/policy.1311
    local experiments='experiments = { one = { limits = { nodes = 1, gpus = 1 } },
        two = { limits = { nodes = 2 } }, four = { limits = { gpus = 4 } }, free = {} },'
    on head sed -i -e 's/^cluster "cpu" .*/cluster "cpu" { partition = "cpu", gpus_per_node = 4 }/' \
        -e "s/^    account = \"vision\",/& ${experiments//$'\n'/ }/" "$policy"
    sleep 1.1
}

teardown_file() {
    on head sh -c "cat /root/policy.1311 >$policy; rm /root/policy.1311"
    sleep 1.1
}

setup() { invariant_begin; }
teardown() { invariant_end; }

# submit EXPERIMENT OPTION...: the id of a job that waits, held.
submit() {
    local experiment=$1
    shift
    as alice sbatch --parsable --hold --workspace=vision --experiment="$experiment" \
        -t 5 -o /dev/null "$@" --wrap true
}

# refused TEXT EXPERIMENT OPTION...: Slurm and explain say the same.
refused() {
    local text=$1 experiment=$2
    shift 2
    fails_saying "$text" submit "$experiment" "$@"
    fails_saying "$text" as alice atelier policy explain --workspace=vision \
        --experiment="$experiment" "$@"
}

nodes_of() {
    on head scontrol show job "$1" | sed -nE 's/.* ?NumNodes=([0-9-]+) .*/\1/p'
}

# has_one_at_most JOB: newer releases say how many nodes it would need, and let it wait for ever.
has_one_at_most() {
    [[ ! $(nodes_of "$1") =~ ^1(-1)?$ ]] || return 0
    as alice scontrol release "$1" >/dev/null
    wait_until 20 waits_for_ever "$1"
    as alice scontrol hold "$1"
}

waits_for_ever() {
    on head scontrol show job "$1" | grep -q 'JobState=PENDING Reason=BadConstraints'
}

# given JOB: "NODES GPUS" that Slurm allocated, once it began.
given() {
    as alice scontrol release "$1" >/dev/null
    wait_until 20 begun "$1"
    on head scontrol -o show job "$1" | sed -nE 's/.* (Alloc)?TRES=([^ ]*).*/\2/p' |
        tr , '\n' |
        awk -F= '$1 == "node" { n = $2 } $1 == "gres/gpu" { g = $2 } END { print n + 0, g + 0 }'
}

begun() {
    on head scontrol show job "$1" | grep -Eq 'JobState=(RUNNING|COMPLET)'
}

# key: experiment.limits.nodes
@test "a job that leaves its nodes open gets the limit, and one that needs more is refused" {
    local id
    id=$(submit one -n12) || id=none # it may not be able to run at all
    [ "$id" = none ] || has_one_at_most "$id"
    id=$(submit one -N1-3)
    [[ $(nodes_of "$id") =~ ^1(-1)?$ ]]
    id=$(submit two)
    [[ $(nodes_of "$id") =~ ^1(-2)?$ ]]
    [ "$(given "$id")" = "1 0" ]
    id=$(submit two -N1-3)
    [[ $(nodes_of "$id") =~ 2$ ]]
    id=$(submit two -N1-2)
    [[ $(nodes_of "$id") =~ 2$ ]]
    id=$(submit two -w n1,n2)
    [[ $(nodes_of "$id") =~ ^2(-2)?$ ]]
    refused "2 nodes are over the limit of experiment \`one\`" one -N2
    refused "3 nodes are over the limit of experiment \`two\`" two -N3-4
    run as alice atelier policy explain --workspace=vision --experiment=two -N1-3
    echo "$output"
    [[ $output =~ max\ nodes\ +2\ +policy.lua:[0-9]+\ +the\ limit\ of\ nodes\ of\ experiment ]]
}

# key: cluster.gpus_per_node
@test "GPUs count on as many nodes as Slurm may give, by every option" {
    local id
    refused "2 GPUs are over the limit" one --gpus=2
    refused "2 GPUs are over the limit" one --gpus-per-node=2
    refused "4 GPUs are over the limit" one --exclusive
    refused "8 GPUs are over the limit" four --exclusive -N2
    refused "6 GPUs are over the limit" four --gpus-per-task=1 -n6
    refused "6 GPUs are over the limit" four --ntasks-per-gpu=1 -n6
    refused "5 GPUs are over the limit" four --gres=gpu:5
    id=$(submit four --gpus-per-node=1 -n12)
    [[ $(nodes_of "$id") =~ 4$ || $(nodes_of "$id") = 3 ]]
    id=$(submit four --gpus-per-node=2 -N1-3)
    [[ $(nodes_of "$id") =~ 2$ ]]
    id=$(submit four --exclusive)
    [ "$(given "$id")" = "1 4" ]
    fails_saying "how many those of cluster \`debug\` have is not in the policy" \
        submit four --exclusive -p debug
}

@test "the components of a heterogeneous job count together" {
    sleep 4
    fails_saying "3 nodes, with all components of heterogeneous jobs" \
        submit two -N1 : --workspace=vision --experiment=two -N2
    sleep 4
    submit two -N1 : --workspace=vision --experiment=two -N1
}

@test "scontrol cannot take a job over the limits, by no field" {
    local id change
    id=$(submit one --gpus-per-node=1)
    for change in NumNodes=2 NumNodes=1-3 NumNodes=3-3 TresPerNode=gres:gpu:2 TresPerJob=gres:gpu:3 \
        Gres=gpu:4 "NumNodes=3 NumTasks=12" TresPerTask=gres:gpu:2; do
        # shellcheck disable=SC2086 # words
        if as alice scontrol update job "$id" $change; then
            echo "allowed: $change"
            on head scontrol show job "$id"
            return 1
        fi
    done
    as alice scontrol update job "$id" NumTasks=12 || true
    as alice scontrol update job "$id" NumCPUs=12 || true
    on head scontrol show job "$id"
    has_one_at_most "$id"
    as alice scontrol update job "$id" TimeLimit=4
    id=$(submit four --gpus-per-node=1)
    fails_saying "" as alice scontrol update job "$id" NumNodes=5
    as alice scontrol update job "$id" TresPerNode=gres:gpu:1
    id=$(submit two)
    as alice scontrol update job "$id" NumNodes=2
    fails_saying "" as alice scontrol update job "$id" NumNodes=3
    [[ $(nodes_of "$id") =~ ^2(-2)?$ ]]
}

@test "a launcher's refusal of the layout is a refusal of explain's" {
    run as alice atelier policy explain --workspace=vision --framework=tensorflow:ps=3 -N2
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == 'refused: --framework=tensorflow:ps=3: `ps=3` needs as many nodes'* ]]
    fails_saying '`ps=3` needs as many nodes, and the job has 2 at most' \
        submit free --framework=tensorflow:ps=3 -N2
    run as alice atelier policy explain --workspace=vision --framework=tensorflow:ps=3
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == refused:\ * ]]
    as alice atelier policy explain --workspace=vision --framework=tensorflow:ps=2 -N1-3
}

@test "60 random jobs: none gets more than its experiment may have" {
    local seed=$RANDOM
    run as alice /mnt/src/tests/cluster/allocate-random-jobs "$seed" 60
    echo "seed $seed"
    echo "$output"
    [ "$status" -eq 0 ]
    [[ ${lines[-1]} =~ ^allocated\ ([0-9]+), ]]
    [ "${BASH_REMATCH[1]}" -gt 10 ]
}
