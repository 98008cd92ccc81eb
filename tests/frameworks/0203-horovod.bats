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
