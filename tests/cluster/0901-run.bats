#!/usr/bin/env bats
# atelier run on the real cluster: layouts, preparation, the death of one, logs on a volume.

load cluster

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() { invariant_end; }

# run SALLOC-ARGUMENT... : atelier run's ARGUMENT...
run_in() {
    local allocation=()
    while [ "$1" != : ]; do
        allocation+=("$1")
        shift
    done
    shift
    as alice salloc -Q --workspace=vision "${allocation[@]}" atelier run "$@"
}

ranks='echo "$RANK $LOCAL_RANK $WORLD_SIZE $(hostname)"'

@test "1 node x 1, 1 x 2, 2 x 1 and 3 x 2 processes" {
    [ "$(run_in --framework=pytorch -w n1 : -- bash -c "$ranks")" = "0 0 1 n1" ]
    [ "$(run_in --framework=pytorch -w n1 -n2 : -- bash -c "$ranks" | sort | tr '\n' ';')" = "0 0 2 n1;1 1 2 n1;" ]
    [ "$(run_in --framework=pytorch -w n[1-2] -N2 : -- bash -c "$ranks" | sort | tr '\n' ';')" = "0 0 2 n1;1 0 2 n2;" ]
    [ "$(run_in --framework=pytorch -N3 --ntasks-per-node=2 : -- bash -c "$ranks" | sort | tr '\n' ';')" = \
        "0 0 6 n1;1 1 6 n1;2 0 6 n2;3 1 6 n2;4 0 6 n3;5 1 6 n3;" ]
}

@test "processes are shared out evenly where the CPUs allow it" {
    [ "$(run_in -N3 --exclusive : -n 6 -- hostname | sort | tr '\n' ' ')" = "n1 n1 n2 n2 n3 n3 " ]
    [ "$(run_in -N3 -n6 : -- hostname | sort | tr '\n' ' ')" = "n1 n1 n1 n1 n2 n3 " ]
}

@test "in a batch script, with its framework, preparation and logs on a volume" {
    submit alice --workspace=vision --framework=pytorch -N2 -n4 -o /mnt/atelier/results/%j.out --wrap '
        atelier run --prepare "echo prepared; touch /tmp/prepared-$SLURM_JOB_ID" --log-dir /mnt/atelier/results/logs-$SLURM_JOB_ID -- \
            bash -c "ls /tmp/prepared-$SLURM_JOB_ID && rm -f /tmp/prepared-$SLURM_JOB_ID; env | grep -c ^RANK=; echo error >&2"; echo "status $?"'
    on head cat "/results/$job.out"
    on head grep -qx 'status 0' "/results/$job.out"
    [ "$(on head cat "/results/logs-$job/stdout-3.txt" | tail -n 1)" = 1 ]
    [ "$(on head cat "/results/logs-$job/stderr-0.txt" | tail -n 1)" = error ]
    [ "$(on head cat "/results/logs-$job/stdout-job_prep-n2.txt")" = prepared ]
    on head grep -q '4 processes on 2 nodes, framework pytorch' "/results/logs-$job/execution.log"
    on head rm -r "/results/logs-$job"
}

@test "a preparation is no rank, and its failure names node and exit code" {
    fails_saying 'the preparation on node n2 failed, with exit code 7' \
        run_in --framework=tensorflow:ps=1 -w n[1-2] -N2 -n4 : --prepare '[ -z "$TF_CONFIG$ATELIER_TASK_INDEX" ] || exit 8
        [ "$(hostname)" = n1 ] || exit 7' -- hostname
}

@test "a rank that is killed ends the others within 10 seconds, and is named" {
    local began=$SECONDS status=0
    said=$(run_in --framework=pytorch -w n[1-2] -N2 -n4 : -- \
        bash -c '[ "$RANK" = 3 ] && { sleep 1; kill -KILL $$; }; trap "" TERM; while :; do sleep 1; done' 2>&1) || status=$?
    echo "$said"
    [ "$status" = 137 ]
    [ $((SECONDS - began)) -lt 20 ] # with the allocation's own start and end
    [[ $said == *'rank 3 on node n2 died first, killed by SIGKILL'* ]]
}

@test "parameter servers that wait for ever end with the workers" {
    said=$(run_in --framework=tensorflow -w n[1-2] -N2 --ntasks-per-node=2 : --workers 2 --parameter-servers 2 \
        --role ps='sleep 1000' --role worker='echo "$ATELIER_ROLE $ATELIER_TASK_INDEX $(hostname)"')
    [ "$(sort <<<"$said" | tr '\n' ';')" = 'worker 0 n1;worker 1 n2;' ]
}

@test "MPI's ranks come from PMIx, or from PMI-2 where Slurm has no PMIx" {
    said=$(run_in --framework=mpi -w n[1-2] -N2 -n4 : -- bash -c 'echo "${PMIX_RANK-$PMI_RANK}"')
    [ "$(sort <<<"$said" | tr '\n' ' ')" = '0 1 2 3 ' ]
}

@test "an interpreter that one node lacks is told with the node, before anything runs" {
    for node in n1 n3; do on "$node" ln -s /bin/sh /usr/local/bin/lacking; done
    fails_saying 'cannot start on node n2: `lacking` is not in the PATH' \
        run_in -N3 : --prepare true -- lacking -c 'touch /tmp/ran'
    for node in n1 n3; do
        on "$node" rm /usr/local/bin/lacking
        on "$node" test ! -e /tmp/ran
    done
}

@test "a framework that the workspace does not allow is told before anything runs" {
    fails_saying 'workspace `vision` does not allow framework `jax`: choose' \
        run_in -w n1 : -f jax -- touch /tmp/ran
    on n1 test ! -e /tmp/ran
}

@test "scancel of the job ends everything" {
    long=$(as alice sbatch --parsable --workspace=vision -N2 -o /dev/null --wrap 'atelier run -- sleep 1000')
    wait_until 20 eval "on n2 pgrep -u alice -x sleep"
    as alice scancel "$long"
    wait_until 20 eval "! on n2 pgrep -u alice -x sleep"
}
