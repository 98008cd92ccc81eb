-- PyTorch: what init_method="env://" reads, under the names that torchrun uses.

local layouts = require "support.layout"
local port = require "support.port"
local threads = require "support.threads"

local function number(value)
    return ("%d"):format(value)
end

local function environment(layout)
    local good, sentence = layouts.check(layout)
    if not good then
        return nil, sentence
    end
    -- Rank 0 listens, and the others know only the list of nodes. Slurm puts rank 0 on
    -- the first of them for block, cyclic and plane; a host file may say otherwise.
    if layout.rank == 0 and layout.node_rank ~= 0 then
        return nil, ("rank 0 is on node %s but the others look for it on %s; "
            .. "use --distribution=block, cyclic or plane")
            :format(layout.nodes[layout.node_rank + 1], layout.nodes[1])
    end
    return {
        MASTER_ADDR = layout.nodes[1],
        MASTER_PORT = number(port.of_step(layout)),
        RANK = number(layout.rank),
        WORLD_SIZE = number(layout.tasks),
        LOCAL_RANK = number(layout.local_rank),
        LOCAL_WORLD_SIZE = number(layout.local_tasks),
        NODE_RANK = number(layout.node_rank),
        GROUP_RANK = number(layout.node_rank),
    }, { OMP_NUM_THREADS = number(threads.of_task(layout)) }
end

return { title = "PyTorch distributed", environment = environment }
