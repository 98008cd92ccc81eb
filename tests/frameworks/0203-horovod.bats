#!/usr/bin/env bats
# Horovod on PyTorch, by its two controllers.

load frameworks

setup_file() { frameworks_up; }
teardown_file() { frameworks_down; }
setup() {
    invariant_begin
    need horovod
}
teardown() { invariant_end; }

python=$installed/horovod/bin/python3

@test "Horovod, by MPI: the loss of one process on every layout" {
    trains --framework=horovod --mpi=pmix "$python" "$programs/train_horovod.py"
}

@test "Horovod, by Gloo: the loss of one process on every layout" {
    trains --framework=horovod:controller=gloo "$python" "$programs/train_horovod.py"
}

@test "Horovod, by Gloo, whose server atelier run starts: the loss of one process on every layout" {
    for layout in "${layouts[@]}"; do
        timed "$layout" run_step "$layout" horovod:controller=gloo \
            "$python" "$programs/train_horovod.py" --served
    done
}

# It asks for other nodes by ssh, which the sandbox has not; mpirun counts the step's one task.
@test "horovodrun on a node: under the launcher what it is under plain Slurm" {
    same_under horovod:controller=gloo 1x1 "exec $installed/horovod/bin/horovodrun --gloo \
        -np 4 -H localhost:4 $python $programs/train_horovod.py --served"
    same_under horovod 1x1 "exec $installed/horovod/bin/horovodrun --mpi \
        --mpi-args=--oversubscribe -np 4 -H localhost:4 $python $programs/train_horovod.py --served"
}
