# hostile.bash: what the tests of hostile users and hostile servers have in common: rounds that a
# seed decides, jobs that end in all ways, and what must hold after each.
#
# In the environment: SEED=N plays what was played before, ROUNDS=N more than one round,
# ACTIONS="NAME..." only these, ACTIONS="-NAME..." all but these.
# shellcheck shell=bash disable=SC2154 # nodes are of cluster.bash

stage() { echo "-- $SECONDS s: $*"; }

# rounds COMMAND: for each, COMMAND SEED.ROUND, and then the cluster must be well.
rounds() {
    local seed=${SEED:-$(date +%s)} round
    echo "# SEED=$seed ROUNDS=${ROUNDS:-1}${ACTIONS:+ ACTIONS=\"$ACTIONS\"}" >&3
    for ((round = 1; round <= ${ROUNDS:-1}; round++)); do
        echo "== round $seed.$round"
        RANDOM=$((seed + round))
        "$1" "$seed.$round" # not in a list: each failure in it ends the test
    done
}

# shuffled WORD...: in an order of the round's seed, a line each.
shuffled() {
    local words=("$@") at
    while ((${#words[@]})); do
        at=$((RANDOM % ${#words[@]}))
        printf '%s\n' "${words[at]}"
        words=("${words[@]:0:at}" "${words[@]:at+1}")
    done
}

# has_ended JOB: nothing of it is on a node any more, and squeue has it no longer; scontrol calls a
# job STOPPED for ever that once was. Requeued is ended: Slurm lets it wait for two minutes.
has_ended() {
    local said
    said=$(on head squeue -h -j "$1" -o %T 2>&1) || [[ $said == *"Invalid job id"* ]] || return 1
    [[ -z $said || $said == PENDING || $said == *"Invalid job id"* ]]
}

state_is() { # JOB STATE
    on head scontrol show job "$1" | grep -q "JobState=$2"
}

# end_of WAY JOB: begins the job's end. What is to end by itself may have been stopped by its own
# hand, and is cancelled by whoever waits for it.
end_of() {
    case $1 in
    itself) ;;
    cancel) on head scancel "$2" ;;
    limit) on head scontrol update "JobId=$2" EndTime=now+1 ;;
    requeue) on head scontrol requeue "$2" ;;
    node)
        on head scontrol update "NodeName=$3" State=DOWN Reason=hostile
        wait_until 20 on head scontrol update "NodeName=$3" State=IDLE
        ;;
    esac || has_ended "$2" || state_is "$2" COMPLETING # it was faster
}

# ended SECONDS JOB: within them.
ended() {
    wait_until "$1" has_ended "$2" || {
        on head scontrol show job "$2"
        all_processes
        return 1
    }
}

no_node_is_drained() {
    silent on head sinfo -h -N -t drain,drained,draining,down -o '%N %E'
}

# answers SECONDS: Slurm does, on all machines.
answers() {
    local node
    on head timeout "$1" scontrol ping | grep -q 'is UP'
    on head timeout "$1" sinfo -h -o %D >/dev/null
    for node in "${nodes[@]}"; do
        on "$node" timeout "$1" scontrol show slurmd | grep -q '^Actual CPUs'
        on "$node" timeout "$1" munge -n </dev/null >/dev/null
    done
}

# nothing_is_left: of the jobs and of ours. What a user left running is ended only after that, as
# a site's epilog does: Slurm tracks it by cgroups, and here there are none.
nothing_is_left() {
    local node
    on head sh -c 'squeue -h -o %A | xargs -r scancel'
    for node in "${nodes[@]}"; do
        on "$node" pkill -KILL -u alice -x srun || true
        wait_until 60 eval "! on $node test -e /run/atelier"
        wait_until 10 eval "! on $node pgrep -x 'atelier-.*' >/dev/null"
        wait_until 20 eval "! on $node pkill -KILL -u alice" # some are born while it looks
    done
    no_node_is_drained
    invariant_end
}

other_jobs_run() {
    local node
    for node in "${nodes[@]}"; do
        as bob timeout 30 srun -Q --workspace=nlp -w "$node" test -d /mnt/atelier/datasets/digits
    done
}

# no_lock_is_left DIRECTORY: on files of alice's there. What she cannot open is passed over.
no_lock_is_left() {
    # shellcheck disable=SC2016 # the job's shell
    silent as alice srun -Q --workspace=vision sh -c 'find "$1" -type f -name "hostile*" 2>/dev/null |
        while read -r file; do
            flock -n "$file" true 2>/dev/null || [ $? != 1 ] || echo "$file is locked"
        done' sh "$1"
}

# For the rounds after one. The file server remembers names that are removed behind its back: no
# round uses another's.
tidy() {
    local node
    for node in "${nodes[@]}"; do
        on "$node" sh -c 'pkill -KILL -u alice; rm -rf /tmp/hostile* /dev/shm/hostile*'
        on head scontrol update "NodeName=$node" State=RESUME 2>/dev/null || true
    done
    on head sh -c 'cd /results && rm -rf hostile* vision/hostile* victim* nlp/victim* \
        atelier-*/job.sandbox.* /home/alice/hostile/* /tmp/hostile*'
}
