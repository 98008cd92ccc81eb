#!/usr/bin/env bats
# Every key of a workspace, an experiment and a cluster has the effect that the manual says.
# tests/lua/effects.lua holds the list: a key is covered by `# key: KIND.KEY` over its test.

# shellcheck disable=SC2016 # what is in single quotes is for the job's shell

load cluster

policy=/etc/atelier/policy.lua

setup_file() {
    cluster_up
    on head cp -p "$policy" /root/policy.1203
    on head sh -c "sed 's/^cluster \"debug\".*/cluster \"debug\" { partition = \"debug\", kind = \"one small node\", job_temp = \"\/srv\/fast\" }/' \
        /root/policy.1203 >$policy; cat >>$policy" <"$BATS_TEST_DIRNAME/fixtures/workspace-keys.lua"
    for node in "${nodes[@]}"; do
        on "$node" mkdir -p /srv/fast
    done
    on head atelier policy apply --yes
    on head atelier policy check
    sleep 2
}

teardown_file() {
    on head sh -c "cat /root/policy.1203 >$policy; rm /root/policy.1203
        sacctmgr -i delete account name=team,team2,hours >/dev/null
        sacctmgr -i delete qos name=slow,rush >/dev/null"
    for node in "${nodes[@]}"; do
        on "$node" rm -rf /srv/fast
    done
    sleep 1.1
}
setup() { invariant_begin; }
teardown() { invariant_end; }

# held USER OPTION...: submits a job that waits, and says what became of it.
held() {
    local user=$1 id
    shift
    id=$(as "$user" sbatch --parsable --hold -o /dev/null "$@" --wrap true)
    on head squeue -h -j "${id%%;*}" -O 'Account:20 ,Partition:20 ,QOS:20 ,TimeLimit:20 ,WCKey:30' | xargs
    as "$user" scancel "$id"
}

# refused TEXT USER OPTION...
refused() {
    local text=$1 user=$2
    shift 2
    fails_saying "$text" as "$user" sbatch -o /dev/null "$@" --wrap true
}

# key: workspace.account
# key: workspace.default_cluster
# key: workspace.default_wall_time
# key: workspace.default_experiment
# key: workspace.qos.normal
# key: cluster.partition
@test "what a job gets that asks for nothing" {
    [ "$(held alice --workspace=team)" = "team debug normal 30:00 team.main" ]
}

# key: workspace.qos.low
# key: workspace.qos.high
@test "each priority has its QOS, and there is no other" {
    [ "$(held alice --workspace=team -q low)" = "team debug slow 30:00 team.main" ]
    [ "$(held alice --workspace=team -q high)" = "team debug rush 30:00 team.main" ]
    refused 'choose low, normal or high' alice --workspace=team -q urgent
}

# key: workspace.parent
# key: workspace.accounts
@test "the account lies below its parent, and route may choose a further one" {
    [ "$(on head sacctmgr -nP show associations account=team user= format=ParentName)" = research ]
    [ "$(held alice --workspace=team --array=1-2)" = "team2 debug normal 30:00 team.main" ]
    array=$(as alice sbatch --parsable --wait --workspace=team --array=1 -o /dev/null --wrap 'test -d /mnt/atelier/results')
    [ -n "$array" ]
}

# key: route.account
# key: route.partition
# key: route.qos
# key: route.time_limit
# key: route.environment
# key: route.features
# key: route.licenses
# key: route.reservation
@test "what route sets reaches Slurm" {
    [ "$(held alice --workspace=team -n5)" = "team cpu slow 7:00 team.main" ]
    submit alice --workspace=team -n5 -o /mnt/atelier/results/routed-%j --wrap 'echo "ROUTED=$ROUTED"'
    [ "$(on head cat "/results/routed-$job")" = ROUTED=yes ]
    refused 'Invalid feature' alice --workspace=team -n6
    refused 'Invalid license' alice --workspace=team -n7
    refused 'eservation' alice --workspace=team -n8
}

# key: workspace.users
# key: workspace.clusters
# key: workspace.frameworks
# key: workspace.experiments
@test "who is no member, and what the workspace does not have, is refused" {
    refused 'not one of yours' mallory --workspace=vision
    refused 'partition `cpu` is not one of workspace `hours`' alice --workspace=hours -p cpu
    refused 'does not allow framework `tensorflow`' alice --workspace=team --framework=tensorflow
    refused 'has no experiment `other`' alice --workspace=team --experiment=other
}

# key: workspace.limits.nodes
# key: workspace.limits.gpus
# key: workspace.limits.wall_time
@test "limits of one job" {
    refused '3 nodes are over the limit' alice --workspace=team -N3 -p cpu
    refused '5 GPUs are over the limit' alice --workspace=team --gres=gpu:5
    refused 'over the limit of workspace `team`, which is 02:00:00' alice --workspace=team -t 3:00:00
    [ "$(on head sacctmgr -nP show associations account=team user= format=GrpTRES,MaxWall)" = 'gres/gpu=4,node=2|02:00:00' ]
}

# key: workspace.limits.running_jobs
# key: workspace.limits.submitted_jobs
# key: workspace.limits.gpu_hours
@test "limits of all jobs together" {
    for number in 1 2 3 4; do
        as alice sbatch --workspace=team -p cpu -n1 -o /dev/null --wrap 'sleep 60'
    done
    fails_saying '' as alice sbatch --workspace=team -p cpu -o /dev/null --wrap true
    wait_until 10 eval '[ "$(on head squeue -h -A team -t R -o %A | wc -l)" -eq 2 ]'
    wait_until 10 eval 'on head squeue -h -A team -o %r | grep -q AssocGrpJobsLimit'
    as alice sbatch --workspace=hours --gres=gpu:1 -o /dev/null --wrap true
    wait_until 10 eval 'on head squeue -h -A hours -o %r | grep -q AssocGrpGRESMinutes'
    as alice scancel -u alice
}

# key: workspace.volumes
# key: workspace.environment
# key: cluster.job_temp
@test "volumes, variables and the room of the cluster reach the tasks" {
    local temp='awk -v at="$ATELIER_JOB_TEMP" "\$5 == at { print \$4 }" /proc/self/mountinfo | xargs dirname'
    run as alice srun --workspace=team sh -c "echo \$(ls /mnt/atelier) \$TEAM \$SHARED; $temp"
    echo "$output"
    [ "${lines[0]}" = "datasets results all wide" ]
    [[ ${lines[1]} == /srv/fast* ]]
    [[ $(as alice srun --workspace=team -p cpu -w n2 sh -c "$temp") == /var/lib/atelier/temp* ]]
}

# key: experiment.users
# key: experiment.clusters
# key: experiment.frameworks
# key: experiment.qos.high
# key: experiment.default_wall_time
@test "an experiment narrows who, where and how" {
    refused 'not a member of experiment `narrow`' alice --workspace=team --experiment=narrow
    [ "$(held carol --workspace=team --experiment=narrow)" = "team cpu rush 5:00 team.narrow" ]
    refused 'partition `debug` is not one of experiment `narrow`' carol --workspace=team --experiment=narrow -p debug
    refused 'does not allow framework `pytorch`' carol --workspace=team --experiment=narrow --framework=pytorch
    refused 'QOS `normal` is not one of experiment `narrow`' carol --workspace=team --experiment=narrow -q normal
}

# key: experiment.qos.low
# key: experiment.qos.normal
@test "an experiment's own priorities" {
    [ "$(held alice --workspace=team --experiment=levels)" = "team debug normal 30:00 team.levels" ]
    [ "$(held alice --workspace=team --experiment=levels -q low)" = "team debug slow 30:00 team.levels" ]
    refused 'choose low or normal' alice --workspace=team --experiment=levels -q high
}

# key: experiment.limits.nodes
# key: experiment.limits.gpus
# key: experiment.limits.wall_time
@test "an experiment's limits of one job" {
    refused '2 nodes are over the limit of experiment `narrow`' carol --workspace=team --experiment=narrow -N2
    refused '2 GPUs are over the limit of experiment `narrow`' carol --workspace=team --experiment=narrow --gres=gpu:2
    refused 'which is 00:10:00' carol --workspace=team --experiment=narrow -t 11
}

# key: experiment.volumes
# key: experiment.environment
@test "an experiment's volumes and variables" {
    run as carol srun --workspace=team --experiment=narrow sh -c 'echo $(ls /mnt/atelier) $TEAM $SHARED'
    [ "$output" = "datasets all narrow" ]
}

# key: experiment.groups
# key: experiment.default_cluster
@test "an experiment for those of a group, and its default cluster" {
    [ "$(as carol srun --workspace=team --experiment=grouped sh -c 'echo $SLURM_JOB_PARTITION')" = cpu ]
    fails_saying 'not a member of experiment `grouped`' as alice srun --workspace=team --experiment=grouped true
}

# key: experiment.title
# key: cluster.kind
@test "what is for people is shown to people" {
    on head atelier policy show workspace team | grep -Eqx 'experiment titles +narrow=The Narrow One'
    on head atelier policy show cluster debug | grep -Eqx 'kind +one small node'
}
