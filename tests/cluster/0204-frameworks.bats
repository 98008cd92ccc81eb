#!/usr/bin/env bats
# Settings, the variables of the job, and layouts that only a real Slurm deals.

load cluster

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() { invariant_end; }

# show FORMAT SRUN-ARGUMENT...: the words of each task, sorted.
show() {
    local words=$1
    shift
    as alice srun --mpi=none --workspace=vision "$@" bash -c "echo $words" | sort
}

@test "settings reach the launcher from srun, sbatch and a step of its own" {
    [ "$(show '$SLURM_PROCID $ATELIER_ROLE $ATELIER_TASK_INDEX' -N2 -n4 --ntasks-per-node=2 \
        --framework=tensorflow:ps=1,chief | tr '\n' ';')" = \
        "0 ps 0;1 chief 0;2 worker 1;3 worker 2;" ]
    submit alice --workspace=vision --framework=tensorflow:ps=1 -N2 -o /mnt/atelier/results/%j.out --wrap '
        srun --mpi=none bash -c "echo job \$ATELIER_ROLE"
        srun --mpi=none --framework=tensorflow bash -c "echo step \$ATELIER_ROLE"'
    [ "$(on head sort "/results/$job.out" | tr '\n' ';')" = \
        "job ps;job worker;step worker;step worker;" ]
}

@test "a wrong setting is refused by sbatch, and by srun" {
    run as alice sbatch --workspace=vision --framework=tensorflow:ps=x --wrap true
    [ "$status" -ne 0 ]
    [[ $output == *"setting \`ps\` of framework \`tensorflow\` cannot be \`ps=x\`"* ]]
    run as alice srun --mpi=none --workspace=vision --framework=tensorflow:ps=2 -N1 -n2 true
    [ "$status" -ne 0 ]
    [[ $output == *"\`ps=2\` needs as many nodes, and the job has 1 at most"* ]]
    run as alice sbatch --workspace=vision --framework=jax:x=1 --wrap true
    [ "$status" -ne 0 ]
}

@test "an arbitrary distribution has complete ranks, and rank 0 on the first node" {
    run as alice bash -c 'hosts=$(mktemp); printf "n3\nn1\nn1\nn2\n" >"$hosts"
        SLURM_HOSTFILE=$hosts srun --mpi=none --workspace=vision --framework=pytorch -n4 \
            --distribution=arbitrary bash -c "echo rank \$RANK \$(hostname) \$MASTER_ADDR"
        rm "$hosts"'
    echo "$output"
    [ "$(grep ^rank <<<"$output" | sort | tr '\n' ';')" = \
        "rank 0 n1 n1;rank 1 n1 n1;rank 2 n2 n1;rank 3 n3 n1;" ]
}

@test "the components of a het job are one world, in the order of their nodes" {
    ranks='echo rank $RANK/$WORLD_SIZE $LOCAL_RANK $(hostname) $MASTER_ADDR; echo meet $MASTER_PORT'
    run as alice srun --mpi=none --workspace=vision --framework=pytorch -N1 -n2 -w n1 \
        : --mpi=none -N1 -n1 -w n2 bash -c "$ranks"
    echo "$output"
    [ "$(grep ^rank <<<"$output" | sort | tr '\n' ';')" = \
        "rank 0/3 0 n1 n1;rank 1/3 1 n1 n1;rank 2/3 0 n2 n1;" ]
    [ "$(grep ^meet <<<"$output" | sort -u | wc -l)" = 1 ]
    run as alice srun --mpi=none --workspace=vision --framework=pytorch -N1 -n1 -w n2 \
        : --mpi=none -N1 -n1 -w n1 bash -c "$ranks"
    [[ $output == *"name the components of a heterogeneous job in the order of their nodes"* ]]
    [[ $output != *rank\ * ]]
}

@test "steps on parts of the allocation, at the same time, meet apart" {
    submit alice --workspace=vision --framework=custom -N2 -o /mnt/atelier/results/%j.out --wrap '
        for node in n1 n2 n1; do
            srun --mpi=none --overlap -w "$node" -N1 -n1 bash -c \
                "echo \$ATELIER_MASTER_ADDR:\$ATELIER_MASTER_PORT \$ATELIER_WORLD_SIZE" &
        done; wait'
    [ "$(on head sort -u "/results/$job.out" | wc -l)" = 3 ]
    [ "$(on head grep -c '^n[12]:[0-9]* 1$' "/results/$job.out")" = 3 ]
}

@test "the batch script has the job's variables and a host file that mpirun takes" {
    submit alice --workspace=vision -N2 --ntasks-per-node=2 -o /mnt/atelier/results/%j.out --wrap '
        echo "batch $ATELIER_HOST_LIST $ATELIER_GPUS $ATELIER_RESTART_COUNT [${ATELIER_TASK_INDEX-}]"
        [ "$ATELIER_JOB_ID" = "$SLURM_JOB_ID" ] && cat "$ATELIER_MPI_HOST_FILE"
        mpirun --hostfile "$ATELIER_MPI_HOST_FILE" bash -c \
            "echo \"mpi \$OMPI_COMM_WORLD_RANK [\${ATELIER_TASK_INDEX-}] \$ATELIER_HOST_LIST\""
        srun --mpi=none bash -c "echo \"task \$ATELIER_TASK_INDEX [\${ATELIER_MPI_HOST_FILE-}]\""'
    said=$(on head cat "/results/$job.out")
    echo "$said"
    grep -qx 'batch n1,n2 0 0 \[\]' <<<"$said"
    [ "$(grep slots <<<"$said" | tr '\n' ';')" = "n1 slots=2 max-slots=2;n2 slots=2 max-slots=2;" ]
    [ "$(grep ^mpi <<<"$said" | sort | tr '\n' ';')" = \
        "mpi 0 [] n1,n2;mpi 1 [] n1,n2;mpi 2 [] n1,n2;mpi 3 [] n1,n2;" ]
    [ "$(grep ^task <<<"$said" | sort | tr '\n' ';')" = "task 0 [];task 1 [];task 2 [];task 3 [];" ]
}
