-- JAX: jax.distributed.initialize() without arguments.
--
-- It finds size and rank in Slurm's variables. Its own choice of a port follows from the
-- job alone, so that two steps of a job would meet in it; the address is what it takes
-- from the environment. The other two are for scripts that pass them on.

local defaults = require "support.defaults"
local layouts = require "support.layout"
local number = require "support.number"
local own = require "support.own"
local rendezvous = require "support.rendezvous"

local variables = {
    JAX_PROCESS_ID = "rank", JAX_NUM_PROCESSES = "size",
    JAX_COORDINATOR_ADDRESS = "address", ATELIER_TASK_INDEX = "ours",
}

-- The user's "host:port", or the layout's; or nil and a sentence.
local function coordinator(layout)
    local node, port = rendezvous.address(layout)
    local given = (layout.given or {}).JAX_COORDINATOR_ADDRESS
    if not node then
        return nil, port
    elseif not given then
        return ("%s:%d"):format(node, port)
    end
    local good, sentence = own.check_host(layout, "JAX_COORDINATOR_ADDRESS",
        given:match("^(.*):%d+$") or given, node)
    return good and given, sentence
end

local function environment(layout)
    local good, sentence = layouts.check(layout)
    if not good then
        return nil, sentence
    end
    local given = layout.given or {}
    local set = { JAX_NUM_PROCESSES = number(layout.tasks),
        JAX_PROCESS_ID = number(layout.rank) }
    local are_layouts
    are_layouts, sentence = own.ranks_are_layouts(layout, variables, set)
    if sentence then
        return nil, sentence
    elseif not are_layouts then
        set = { ATELIER_TASK_INDEX = tonumber(given.JAX_PROCESS_ID)
            and given.JAX_PROCESS_ID }
    end
    if are_layouts or layout.tasks > 1 then
        set.JAX_COORDINATOR_ADDRESS, sentence = coordinator(layout)
        if sentence then
            return nil, sentence
        end
    end
    return set, defaults.of_task(layout)
end

-- The user's own address is another program's to check: it may be of another step.
local function meeting(layout)
    if (layout.given or {}).JAX_COORDINATOR_ADDRESS then
        return {}
    end
    return rendezvous.meeting(layout)
end

return {
    title = "JAX distributed",
    example = "srun --ntasks-per-node=4 --gpus-per-node=4 python3 train.py",
    variables = variables,
    meeting = meeting,
    environment = environment,
}
