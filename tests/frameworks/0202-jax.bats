#!/usr/bin/env bats
# JAX over several processes.

load frameworks

setup_file() { frameworks_up; }
teardown_file() { frameworks_down; }
setup() {
    invariant_begin
    need jax
}
teardown() { invariant_end; }

@test "JAX: the loss of one process on every layout" {
    trains --framework=jax "$installed/jax/bin/python3" "$programs/train_jax.py"
}
