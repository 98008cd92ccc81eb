#!/usr/bin/env bats
# Open MPI: started by srun over PMIx, and by mpirun in a batch script.

load cluster

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() { invariant_end; }

check_output() {
    on head cat "/results/$job.out"
    for node in "${nodes[@]}"; do
        on head grep -q "$node" "/results/$job.out"
    done
    on head grep -q 'rank 5' "/results/$job.out"
    on head grep -q 'MB/s' "/results/$job.out"
}

@test "srun starts the ranks, and mpirun does where the example finds no PMIx" {
    cd "$repo"
    submit alice --workspace=vision --experiment=shards --framework=mpi -N3 --ntasks-per-node=2 \
        -o /mnt/atelier/results/%j.out examples/mpi/srun.sh || { on head cat "/results/$job.out"; false; }
    check_output
}

@test "mpirun starts the ranks" {
    cd "$repo"
    submit alice --workspace=vision --experiment=shards --framework=mpi -N3 --ntasks-per-node=2 \
        -o /mnt/atelier/results/%j.out examples/mpi/mpirun.sh || { on head cat "/results/$job.out"; false; }
    check_output
}
