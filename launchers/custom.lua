-- Anything else: ranks and a meeting point, under names of our own.

local defaults = require "support.defaults"
local layouts = require "support.layout"
local number = require "support.number"
local rendezvous = require "support.rendezvous"

local function environment(layout)
    local good, sentence = layouts.check(layout)
    if not good then
        return nil, sentence
    end
    local node, port = rendezvous.address(layout)
    if not node then
        return nil, port
    end
    return {
        ATELIER_RANK = number(layout.rank),
        ATELIER_WORLD_SIZE = number(layout.tasks),
        ATELIER_LOCAL_RANK = number(layout.local_rank),
        ATELIER_LOCAL_WORLD_SIZE = number(layout.local_tasks),
        ATELIER_NODE_RANK = number(layout.node_rank),
        ATELIER_MASTER_ADDR = node,
        ATELIER_MASTER_PORT = number(port),
    }, defaults.of_task(layout)
end

return {
    title = "Any program: ranks and a meeting point",
    example = "srun --ntasks-per-node=4 ./program",
    variables = {
        ATELIER_RANK = "ours", ATELIER_WORLD_SIZE = "ours", ATELIER_LOCAL_RANK = "ours",
        ATELIER_LOCAL_WORLD_SIZE = "ours", ATELIER_NODE_RANK = "ours",
        ATELIER_MASTER_ADDR = "ours", ATELIER_MASTER_PORT = "ours",
    },
    environment = environment,
}
