-- Which GPUs a process may use.
--
-- CUDA_VISIBLE_DEVICES is Slurm's to set, and --gpus-per-task or --gpu-bind give each task
-- its own. Without them all tasks of a node see all GPUs of the step there. Frameworks that
-- know their local rank choose one themselves and need to see all, to talk between them;
-- those that take all they see (TensorFlow) get a share.

local gpu = {}

-- The value for process `index` (from 0) of the `processes` of this node that compute; nil
-- to leave Slurm's: nothing to share, already bound, or more processes than GPUs.
function gpu.share(layout, index, processes)
    local gpus = layout.gpus or {}
    if processes < 2 or #gpus < processes or #gpus ~= layout.gpus_on_node then
        return nil
    end
    local each = math.floor(#gpus / processes)
    return table.concat(gpus, ",", index * each + 1, (index + 1) * each)
end

return gpu
