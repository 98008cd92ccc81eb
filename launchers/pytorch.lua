-- PyTorch: what init_method="env://" reads, under the names that torchrun uses.

local defaults = require "support.defaults"
local layouts = require "support.layout"
local number = require "support.number"
local rendezvous = require "support.rendezvous"

local function meet(layout, set)
    if (layout.settings or {}).init == "file" then
        local path, sentence = rendezvous.file(layout, "pytorch")
        set.ATELIER_INIT_METHOD = path and "file://" .. path
        return path, sentence
    end
    local node, port = rendezvous.address(layout)
    if not node then
        return nil, port
    end
    set.MASTER_ADDR, set.MASTER_PORT = node, number(port)
    set.ATELIER_INIT_METHOD = ("tcp://%s:%d"):format(node, port)
    return true
end

local function meeting(layout)
    if (layout.settings or {}).init == "file" then
        return rendezvous.directory(layout, "pytorch")
    end
    return rendezvous.meeting(layout)
end

local function environment(layout)
    local good, sentence = layouts.check(layout)
    if not good then
        return nil, sentence
    end
    local set = {
        RANK = number(layout.rank),
        WORLD_SIZE = number(layout.tasks),
        LOCAL_RANK = number(layout.local_rank),
        LOCAL_WORLD_SIZE = number(layout.local_tasks),
        NODE_RANK = number(layout.node_rank),
        GROUP_RANK = number(layout.node_rank),
    }
    good, sentence = meet(layout, set)
    if not good then
        return nil, sentence
    end
    return set, defaults.of_task(layout)
end

return {
    title = "PyTorch distributed",
    example = "srun --ntasks-per-node=4 --gpus-per-node=4 python3 train.py",
    settings = {
        init = { kind = "choice", choices = { "tcp", "file" }, default = "tcp",
            about = "meet at a port of rank 0's node, or at a file" },
        directory = { kind = "path", about = "for init=file: a directory of all nodes" },
    },
    logs = "rank",
    meeting = meeting,
    environment = environment,
}
