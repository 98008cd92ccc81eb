-- Horovod: over MPI, or with its own Gloo and no MPI at all; no horovodrun, no ssh.
--
-- Gloo's processes meet through a small HTTP server, which horovodrun would run. Here
-- `atelier run` does, beside rank 0; under a plain srun rank 0's program starts it itself,
-- at the port that all know (atelier-launcher(7) has the lines).

local defaults = require "support.defaults"
local layouts = require "support.layout"
local number = require "support.number"
local own = require "support.own"
local rendezvous = require "support.rendezvous"

local variables = {
    HOROVOD_CONTROLLER = "choice", HOROVOD_CPU_OPERATIONS = "choice",
    HOROVOD_RANK = "rank", HOROVOD_SIZE = "size", HOROVOD_LOCAL_RANK = "local_rank",
    HOROVOD_LOCAL_SIZE = "local_size", HOROVOD_CROSS_RANK = "node_rank",
    HOROVOD_CROSS_SIZE = "local_size", HOROVOD_HOSTNAME = "ours",
    HOROVOD_GLOO_RENDEZVOUS_ADDR = "address", HOROVOD_GLOO_RENDEZVOUS_PORT = "port",
    ATELIER_SERVICE = "ours",
}
local ADDRESS, PORT = "HOROVOD_GLOO_RENDEZVOUS_ADDR", "HOROVOD_GLOO_RENDEZVOUS_PORT"

-- What it is driven by, of the setting or the user's own variable; or nil and a sentence.
local function controller_of(layout)
    local asked = (layout.settings or {}).controller
    local given = (layout.given or {}).HOROVOD_CONTROLLER
    if given and asked and given ~= asked then
        return nil, ("HOROVOD_CONTROLLER=%s is set, and the framework says controller=%s: "
            .. "leave one of them out"):format((given:gsub("%c", "?")), asked)
    end
    return asked or given or "mpi"
end

-- The ranks of one local rank, one on each node that has so many tasks: this node's place
-- among them, and their number.
local function across(layout)
    local place, size = 0, 0
    for node, tasks in ipairs(layout.tasks_per_node) do
        if tasks > layout.local_rank then
            place = place + (node <= layout.node_rank and 1 or 0)
            size = size + 1
        end
    end
    return place, size
end

-- By the program's own interpreter, where Horovod is, if that is what rank 0 runs.
local SERVER = "case $0 in *python*) ;; *) set -- python3; esac; exec \"${1:-$0}\" -u -c '"
    .. "import os; from horovod.runner.http import http_server as h; "
    .. 's = h.RendezvousHTTPServer(("", int(os.environ["HOROVOD_GLOO_RENDEZVOUS_PORT"])), '
    .. "h.RendezvousHandler, 0); print(\"ready\"); s.serve_forever()'"

local function ranks_of(layout)
    local cross_rank, cross_size = across(layout)
    return {
        HOROVOD_RANK = number(layout.rank),
        HOROVOD_SIZE = number(layout.tasks),
        HOROVOD_LOCAL_RANK = number(layout.local_rank),
        HOROVOD_LOCAL_SIZE = number(layout.local_tasks),
        HOROVOD_CROSS_RANK = number(cross_rank),
        HOROVOD_CROSS_SIZE = number(cross_size),
    }
end

-- One process needs no server and no rank: Horovod's own are 0 of 1. A horovodrun that it
-- starts would hand these on, in place of those of its ranks.
local function gloo(layout)
    local good, sentence = layouts.check(layout)
    if not good then
        return nil, sentence
    elseif layout.tasks == 1 then
        return {}
    end
    local set, are_layouts = ranks_of(layout), nil
    are_layouts, sentence = own.ranks_are_layouts(layout, variables, set)
    if sentence then
        return nil, sentence
    elseif not are_layouts then
        return {}
    end
    local node, port = rendezvous.address(layout, ADDRESS, PORT)
    if not node then
        return nil, port
    end
    set[ADDRESS], set[PORT] = node, number(port)
    set.HOROVOD_HOSTNAME = layout.nodes[layout.node_rank + 1]
    -- Whoever says where the server is has one.
    if layout.rank == 0 and not (layout.given or {})[ADDRESS] then
        set.ATELIER_SERVICE = SERVER
    end
    return set
end

local function environment(layout)
    local controller, sentence = controller_of(layout)
    local set = controller and {}
    if controller == "gloo" then
        set, sentence = gloo(layout)
    end
    if not set then
        return nil, sentence
    end
    local given = defaults.of_task(layout)
    given.HOROVOD_GLOO_IFACE = layout.interface
    if not layout.starter then -- horovodrun says itself what drives it
        given.HOROVOD_CONTROLLER, given.HOROVOD_CPU_OPERATIONS = controller, controller
    end
    return set, given
end

local function meeting(layout)
    if controller_of(layout) == "gloo" and layout.tasks > 1 then
        return rendezvous.meeting(layout, ADDRESS, PORT)
    end
    return {}
end

return {
    title = "Horovod, over MPI or Gloo",
    example = "srun --mpi=pmix --ntasks-per-node=4 --gpus-per-node=4 python3 train.py",
    settings = {
        controller = { kind = "choice", choices = { "mpi", "gloo" },
            about = "what the processes find and drive each other by "
                .. "(default: HOROVOD_CONTROLLER, else mpi)" },
    },
    variables = variables,
    mpi = "pmix",
    meeting = meeting,
    environment = environment,
}
