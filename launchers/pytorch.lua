-- PyTorch: what init_method="env://" reads, under the names that torchrun uses.

local defaults = require "support.defaults"
local layouts = require "support.layout"
local number = require "support.number"
local own = require "support.own"
local rendezvous = require "support.rendezvous"

local variables = {
    RANK = "rank", WORLD_SIZE = "size", LOCAL_RANK = "local_rank",
    LOCAL_WORLD_SIZE = "local_size", NODE_RANK = "node_rank", GROUP_RANK = "node_rank",
    MASTER_ADDR = "address", MASTER_PORT = "port", ATELIER_INIT_METHOD = "ours",
    ATELIER_TASK_INDEX = "ours",
}

local function by_file(layout)
    return (layout.settings or {}).init == "file"
end

local function meet(layout, set)
    if by_file(layout) then
        local path, sentence = rendezvous.file(layout, "pytorch")
        set.ATELIER_INIT_METHOD = path and "file://" .. path
        return path, sentence
    end
    local node, port = rendezvous.address(layout, "MASTER_ADDR", "MASTER_PORT")
    if not node then
        return nil, port
    end
    set.MASTER_ADDR, set.MASTER_PORT = node, number(port)
    set.ATELIER_INIT_METHOD = ("tcp://%s:%d"):format(node, port)
    return true
end

local function ranks_of(layout)
    return {
        RANK = number(layout.rank),
        WORLD_SIZE = number(layout.tasks),
        LOCAL_RANK = number(layout.local_rank),
        LOCAL_WORLD_SIZE = number(layout.local_tasks),
        NODE_RANK = number(layout.node_rank),
        GROUP_RANK = number(layout.node_rank),
    }
end

local function ranks_are_layouts(layout)
    if not by_file(layout) and own.meets_elsewhere(layout, (layout.given or {}).MASTER_ADDR) then
        return false
    end
    return own.ranks_are_layouts(layout, variables, ranks_of(layout))
end

-- The world is the user's: what it lacks is his, too, but for the meeting point of a step
-- that has all of it.
local function of_user(layout)
    local given = layout.given
    local set = { ATELIER_TASK_INDEX = tonumber(given.RANK) and given.RANK }
    if layout.tasks > 1 then
        local good, sentence = meet(layout, set)
        if not good then
            return nil, sentence
        end
    elseif given.MASTER_ADDR and given.MASTER_PORT then
        set.ATELIER_INIT_METHOD = ("tcp://%s:%s"):format(given.MASTER_ADDR,
            given.MASTER_PORT)
    end
    return set, defaults.of_task(layout)
end

local function meeting(layout)
    if by_file(layout) then
        return rendezvous.directory(layout, "pytorch")
    elseif layout.tasks == 1 and not ranks_are_layouts(layout) then
        return {}
    end
    return rendezvous.meeting(layout, "MASTER_ADDR", "MASTER_PORT")
end

local function environment(layout)
    local good, sentence = layouts.check(layout)
    if not good then
        return nil, sentence
    end
    local are_layouts
    are_layouts, sentence = ranks_are_layouts(layout)
    if sentence then
        return nil, sentence
    elseif not are_layouts then
        return of_user(layout)
    end
    local set = ranks_of(layout)
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
        directory = { kind = "path", needed = "init=file",
            about = "for init=file: a directory of all nodes" },
    },
    variables = variables,
    logs = "rank",
    meeting = meeting,
    environment = environment,
}
