#!/usr/bin/env bats
# PyTorch: DistributedDataParallel, meeting at a port or at a file.

load frameworks

setup_file() { frameworks_up; }
teardown_file() { frameworks_down; }
setup() { invariant_begin; }
teardown() { invariant_end; }

@test "one process of numpy has the loss that all are held to" {
    step 1x1 --framework=custom python3 "$programs/digits.py"
    tolerance=0.0000005 expect_loss 1 "$said"
}

@test "PyTorch, meeting at a port: the loss of one process on every layout" {
    trains --framework=pytorch python3 "$programs/train_pytorch.py"
}

@test "PyTorch, meeting at a file: the loss of one process on every layout" {
    trains --framework=pytorch:init=file,directory=/mnt/atelier/results \
        python3 "$programs/train_pytorch.py"
}
