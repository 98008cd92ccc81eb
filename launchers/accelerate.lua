-- Accelerate: Accelerator() reads PyTorch's variables. No `accelerate launch`.

local pytorch = require "pytorch"

return {
    title = "Hugging Face Accelerate, through PyTorch's variables",
    example = "srun --ntasks-per-node=4 --gpus-per-node=4 python3 train.py",
    settings = pytorch.settings,
    variables = pytorch.variables,
    logs = pytorch.logs,
    meeting = pytorch.meeting,
    environment = pytorch.environment,
}
