-- DeepSpeed: deepspeed.init_distributed() reads PyTorch's variables, and asks MPI only
-- where they are missing. No `deepspeed` command, no ssh, no host file.

local pytorch = require "pytorch"

return {
    title = "DeepSpeed, through PyTorch's variables",
    example = "srun --ntasks-per-node=4 --gpus-per-node=4 "
        .. "python3 train.py --deepspeed_config ds.json",
    settings = pytorch.settings,
    variables = pytorch.variables,
    logs = pytorch.logs,
    meeting = pytorch.meeting,
    environment = pytorch.environment,
}
