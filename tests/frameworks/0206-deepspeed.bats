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

@test "deepspeed on two nodes: under the launcher what it is under plain Slurm" {
    same_under deepspeed 2x1 "scontrol show hostnames \"\$SLURM_STEP_NODELIST\" |
        sed 's/\$/ slots=2/' >\$ATELIER_JOB_TEMP/hosts
        exec $installed/deepspeed/bin/deepspeed --hostfile \$ATELIER_JOB_TEMP/hosts --no_ssh \
        --node_rank \$SLURM_NODEID --master_addr \$(head -n 1 \$ATELIER_JOB_TEMP/hosts | cut -d' ' -f1) \
        --master_port 29571 $programs/train_deepspeed.py"
}
