#!/usr/bin/env bats
# CNTK.

load frameworks

setup_file() { frameworks_up; }
teardown_file() { frameworks_down; }
setup() {
    invariant_begin
    need cntk
}
teardown() { invariant_end; }

@test "CNTK: the loss of one process on every layout" {
    trains --framework=cntk --mpi=pmix env LD_LIBRARY_PATH="$installed/cntk/lib" \
        "$installed/cntk/bin/python3" "$programs/train_cntk.py"
}
