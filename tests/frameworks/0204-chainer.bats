#!/usr/bin/env bats
# ChainerMN.

load frameworks

setup_file() { frameworks_up; }
teardown_file() { frameworks_down; }
setup() {
    invariant_begin
    need chainer
}
teardown() { invariant_end; }

@test "ChainerMN: the loss of one process on every layout" {
    trains --framework=chainer --mpi=pmix "$installed/chainer/bin/python3" \
        "$programs/train_chainer.py"
}
