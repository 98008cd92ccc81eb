#!/usr/bin/env bats
# DeepSpeed.

load frameworks

setup_file() { frameworks_up; }
teardown_file() { frameworks_down; }
setup() {
    invariant_begin
    need deepspeed
}
teardown() { invariant_end; }

@test "DeepSpeed: the loss of one process on every layout" {
    trains --framework=deepspeed "$installed/deepspeed/bin/python3" \
        "$programs/train_deepspeed.py"
}
