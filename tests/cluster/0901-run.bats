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

# of_mpi NAME COMPILER...: /home/alice/NAME, of which each rank says how large its world is.
of_mpi() {
    "${@:2}" -x c -o "$BATS_TEST_TMPDIR/$1" - <<'END'
#include <mpi.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int rank, size, sum;
    char node[64];

    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    MPI_Allreduce(&rank, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    gethostname(node, sizeof(node));
    printf("%d of %d on %s: %d\n", rank, size, node, sum);
    return MPI_Finalize();
}
END
    cluster run -n head -- sh -c "cat >/home/alice/$1 && chmod 755 /home/alice/$1" <"$BATS_TEST_TMPDIR/$1"
}

# Of MPICH the sandbox has the library alone, and not what mpicc.mpich needs: this much of its ABI has been the same since 3.1.
mpich_header() {
    cat <<'END'
typedef int MPI_Comm, MPI_Datatype, MPI_Op;
#define MPI_COMM_WORLD 0x44000000
#define MPI_INT 0x4c000405
#define MPI_SUM 0x58000003
int MPI_Init(int *, char ***);
int MPI_Finalize(void);
int MPI_Comm_rank(MPI_Comm, int *);
int MPI_Comm_size(MPI_Comm, int *);
int MPI_Allreduce(const void *, void *, int, MPI_Datatype, MPI_Op, MPI_Comm);
END
}

world='0 of 4 on n1: 6;1 of 4 on n1: 6;2 of 4 on n2: 6;3 of 4 on n2: 6;'

@test "a program of MPICH is one world over two nodes, by PMI-2 where Slurm has no PMIx" {
    command -v mpiexec.mpich >/dev/null || skip "this release has no MPICH in the sandbox"
    mpich_header >"$BATS_TEST_TMPDIR/mpi.h"
    of_mpi world-mpich gcc "-I$BATS_TEST_TMPDIR" -Wl,--no-as-needed -l:libmpich.so.12
    run run_in --framework=mpi -w n[1-2] -N2 --ntasks-per-node=2 : -- /home/alice/world-mpich
    echo "$output"
    [ "$status" -eq 0 ]
    [ "$(sort <<<"$output" | tr '\n' ';')" = "$world" ]
    on head rm /home/alice/world-mpich
}

@test "one of Open MPI is, too, or is refused where Slurm has no PMIx, and mpirun starts it" {
    of_mpi world-openmpi mpicc.openmpi
    if on head sh -c 'srun --mpi=list 2>&1 | grep -q pmix'; then
        run run_in --framework=mpi -w n[1-2] -N2 --ntasks-per-node=2 : -- /home/alice/world-openmpi
    else
        fails_saying 'is a program of Open MPI, which srun starts by PMIx, and the Slurm of this machine has no --mpi=pmix: start it by `mpirun /home/alice/world-openmpi` in the job' \
            run_in --framework=mpi -w n[1-2] -N2 --ntasks-per-node=2 : -- /home/alice/world-openmpi
        run as alice sbatch --wait --workspace=vision --framework=mpi -w n[1-2] -N2 --ntasks-per-node=2 \
            -o /home/alice/world.out --wrap 'mpirun /home/alice/world-openmpi'
        output=$(on head cat /home/alice/world.out)
        on head rm /home/alice/world.out
    fi
    echo "$output"
    [ "$status" -eq 0 ]
    [ "$(sort <<<"$output" | tr '\n' ';')" = "$world" ]
    on head rm /home/alice/world-openmpi
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
