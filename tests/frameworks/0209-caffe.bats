#!/usr/bin/env bats
# Caffe.

load frameworks

setup_file() { frameworks_up; }
teardown_file() { frameworks_down; }
setup() {
    invariant_begin
    need caffe
}
teardown() { invariant_end; }

@test "Caffe: the loss of one process on every layout" {
    trains --framework=caffe --mpi=pmix "$installed/caffe/bin/python3" "$programs/train_caffe.py"
}
