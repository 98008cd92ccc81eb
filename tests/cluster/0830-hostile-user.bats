#!/usr/bin/env bats
# A user who does all that a user may to the processes, files, mounts, sockets, locks and ports of
# the job and of others, in random order: the node is as if nothing had been, and others' jobs on
# it have run. What is done is in hostile/; hostile.bash says what the environment chooses.

load cluster
load hostile

# A site with directories of its jobs on a volume.
setup_file() {
    cluster_up
    on head cp /etc/atelier/policy.lua /tmp/policy
    on head sh -c 'sed "s/    default_cluster = .cpu.,/& shared_job_temp = \"results\",/" /tmp/policy >/etc/atelier/policy.lua'
    on head grep -q shared_job_temp /etc/atelier/policy.lua
    as alice mkdir -p /home/alice/hostile
}
teardown_file() {
    on head sh -c 'cat /tmp/policy >/etc/atelier/policy.lua; rm -r /tmp/policy /home/alice/hostile'
}

setup() { invariant_begin; }
teardown() {
    [ "$BATS_TEST_COMPLETED" ] || show_logs
    tidy
    invariant_end
}

show_logs() {
    local node
    for node in "${nodes[@]}"; do
        echo "== what was done on $node"
        on "$node" sh -c 'tail -n 200 /tmp/hostile.*.log; tail -n 40 /var/log/atelier.log'
    done
}

# hostile NODE SEED WAY: its job, on the node, with its output in a place that the round decides. If
# it is to end by itself, it does so soon.
hostile() {
    local seconds=90
    [ "$3" != itself ] || seconds=$((RANDOM % 9 + 3))
    local places=(/mnt/atelier/results /mnt/atelier/home/alice/hostile /mnt/atelier/results/vision /tmp)
    as alice sbatch --parsable --requeue --workspace=vision -n1 -c1 -w "$1" \
        -o "${places[RANDOM % 4]}/hostile.%j.out" --chdir=/mnt/atelier/results \
        --wrap "/mnt/src/tests/cluster/hostile-user $2.$1 $seconds ${ACTIONS-}"
}

# victim NODE: another user's, with output, data and a lock on the same volume. Its lock file is
# nobody else's: whoever may open a file may lock it.
# shellcheck disable=SC2016 # the job's shell
victim() {
    as bob sbatch --parsable --no-requeue --workspace=nlp -n1 -c1 -w "$1" \
        -o /mnt/atelier/results/victim.%j.out --wrap '
        mkdir -m 700 /mnt/atelier/results/nlp/victim.$SLURM_JOB_ID &&
            cd /mnt/atelier/results/nlp/victim.$SLURM_JOB_ID || exit 3
        for number in $(seq 20); do
            head -c 200000 /dev/urandom >$number && sha256sum $number >>sums || exit 4
            flock -w 20 lock sh -c "echo $number >>log; sleep 0.1" || exit 5
            cp $number $ATELIER_JOB_TEMP/ && cmp $number $ATELIER_SHARED_JOB_TEMP/../results/nlp/victim.$SLURM_JOB_ID/$number || exit 6
            sleep 0.3
        done
        sha256sum -c --quiet sums || exit 7
        echo intact'
}

victim_is_well() { # JOB
    wait_until 60 eval "accounting $1 State,ExitCode | grep -q 'COMPLETED|0:0'" || {
        on head sh -c "scontrol show job $1; cat /results/victim.$1.out"
        return 1
    }
    on head sh -c "cd /results/nlp/victim.$1 && sha256sum -c --quiet sums && test \$(wc -l <log) = 20"
    [ "$(on head tail -n 1 "/results/victim.$1.out")" = intact ]
}

# keeper_answers NODE JOB: as long as the job runs.
keeper_answers() {
    on "$1" timeout 10 /usr/libexec/atelier/atelier-keeper status "job=$2" node="$1" >/dev/null 2>&1 ||
        not state_is "$2" RUNNING
}

# Slurm's own limit, with Atelier or without: a slurmstepd waits for over a minute for the step's
# srun to hear of a task's end, and drains the node for it, where that srun is stopped and has
# left the job's process tree. Cgroups, which the sandbox has not, find it there.
all_are_over() { # of `hostiles`
    local node status=0
    for node in "${nodes[@]}"; do
        if ! has_ended "${hostiles[$node]}"; then
            status=1
            ! state_is "${hostiles[$node]}" COMPLETING || on "$node" pkill -KILL -u alice -x srun || true
        fi
    done
    return "$status"
}

# round SEED: on each node a hostile job and another's; each of the hostile ones ends in its way.
round() {
    local -A ways victims hostiles
    local node ends
    mapfile -t ends < <(shuffled itself cancel limit requeue)
    for node in "${nodes[@]}"; do
        ways[$node]=${ends[0]}
        ends=("${ends[@]:1}")
        victims[$node]=$(victim "$node")
        hostiles[$node]=$(hostile "$node" "$1" "${ways[$node]}")
        echo "$node: job ${hostiles[$node]}, ends by ${ways[$node]}, beside ${victims[$node]}"
    done
    sleep $((RANDOM % 6 + 3))
    stage "Slurm and the keepers answer"
    answers 10
    for node in "${nodes[@]}"; do
        keeper_answers "$node" "${victims[$node]}"
        end_of "${ways[$node]}" "${hostiles[$node]}" "$node"
    done
    on head squeue -o '%A %u %T %N %r'
    stage "the jobs end"
    for node in "${nodes[@]}"; do
        [ "${ways[$node]}" != itself ] || ended 15 "${hostiles[$node]}" >/dev/null ||
            on head scancel "${hostiles[$node]}"
    done
    wait_until 60 all_are_over || { all_processes && false; }
    stage "the others' have run"
    for node in "${nodes[@]}"; do
        victim_is_well "${victims[$node]}"
    done
    stage "nothing is left"
    nothing_is_left
    temp_is_empty
    shared_is_empty
    stage "what comes next runs"
    answers 5
    other_jobs_run
    no_lock_is_left /mnt/atelier/results
    tidy
}

temp_is_empty() {
    local node
    for node in "${nodes[@]}"; do
        silent on "$node" sh -c 'find /var/lib/atelier/temp -mindepth 2'
    done
}

# Of the other user's jobs: what is in the hostile one's own directory is hers to move and to keep.
shared_is_empty() {
    silent on head find /results -mindepth 2 -maxdepth 2 -path "/results/atelier-$(on head id -u bob)/job.sandbox.*"
}

@test "a hostile user leaves nothing behind, and takes nothing from others" {
    rounds round
}
