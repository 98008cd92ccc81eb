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

# With logs of its own, for a fault that PyTorch 1.13 has with Python 3.11 where there are none.
@test "accelerate launch on two nodes: under the launcher what it is under plain Slurm" {
    same_under accelerate 2x1 "export PET_REDIRECTS=1
        exec $installed/accelerate/bin/accelerate launch --multi_gpu --tee 1 \
        --num_machines 2 --machine_rank \$SLURM_NODEID --num_processes 4 --main_process_port 29561 \
        --main_process_ip \$(scontrol show hostnames \"\$SLURM_STEP_NODELIST\" | head -n 1) \
        $programs/train_accelerate.py"
}
