#!/usr/bin/env bats
# Hugging Face Accelerate.

load frameworks

setup_file() { frameworks_up; }
teardown_file() { frameworks_down; }
setup() {
    invariant_begin
    need accelerate
}
teardown() { invariant_end; }

@test "Accelerate: the loss of one process on every layout" {
    trains --framework=accelerate "$installed/accelerate/bin/python3" \
        "$programs/train_accelerate.py"
}
