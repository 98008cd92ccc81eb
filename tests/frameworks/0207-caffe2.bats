#!/usr/bin/env bats
# Caffe2, of a PyTorch that still has it.

load frameworks

setup_file() { frameworks_up; }
teardown_file() { frameworks_down; }
setup() {
    invariant_begin
    need caffe2
}
teardown() { invariant_end; }

# As atelier framework show caffe2 has it.
@test "Caffe2: the loss of one process on every layout" {
    trains --framework=caffe2:directory=/mnt/atelier/results bash -c "
        export LD_LIBRARY_PATH=$installed/caffe2/lib
        exec $installed/caffe2/bin/python3 $programs/train_caffe2.py \\
            --num_shards \$ATELIER_SHARDS --shard_id \$ATELIER_TASK_INDEX \\
            --run_id \$ATELIER_RUN_ID --file_store_path \$ATELIER_FILE_STORE"
}
