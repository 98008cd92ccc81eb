#!/usr/bin/env bats
# MPI: in C and through mpi4py, started by srun over PMIx and by mpirun.

load frameworks

setup_file() { frameworks_up; }
teardown_file() { frameworks_down; }
setup() { invariant_begin; }
teardown() { invariant_end; }

# mpirun_trains PROGRAM...: by one mpirun in a batch script, on every layout.
mpirun_trains() {
    local layout
    for layout in "${layouts[@]}"; do
        timed "$layout" batch_step "$layout" --framework=mpi \
            --wrap "mpirun --hostfile \"\$ATELIER_MPI_HOST_FILE\" $*" || return 1
    done
}

@test "C, by srun: the loss of one process on every layout" {
    trains --framework=mpi --mpi=pmix /mnt/src/build/tests/frameworks/train_mpi
}

@test "C, by mpirun: the loss of one process on every layout" {
    mpirun_trains /mnt/src/build/tests/frameworks/train_mpi
}

@test "mpi4py, by srun: the loss of one process on every layout" {
    trains --framework=mpi --mpi=pmix python3 "$programs/train_mpi4py.py"
}

@test "mpi4py, by mpirun: the loss of one process on every layout" {
    mpirun_trains python3 "$programs/train_mpi4py.py"
}
