-- Horovod: over MPI, or with its own Gloo and no MPI at all; no horovodrun, no ssh.
--
-- Gloo's processes meet through a small HTTP server, which horovodrun would run. Here
-- `atelier run` does, beside rank 0; under a plain srun rank 0's program starts it itself,
-- at the port that all know (atelier-launcher(7) has the lines).

local defaults = require "support.defaults"
local layouts = require "support.layout"
local number = require "support.number"
local rendezvous = require "support.rendezvous"

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

local function gloo(layout)
    local good, sentence = layouts.check(layout)
    if not good then
        return nil, sentence
    end
    local node, port = rendezvous.address(layout)
    if not node then
        return nil, port
    end
    local cross_rank, cross_size = across(layout)
    return {
        HOROVOD_CONTROLLER = "gloo",
        HOROVOD_CPU_OPERATIONS = "gloo",
        HOROVOD_GLOO_RENDEZVOUS_ADDR = node,
        HOROVOD_GLOO_RENDEZVOUS_PORT = number(port),
        HOROVOD_HOSTNAME = layout.nodes[layout.node_rank + 1],
        HOROVOD_RANK = number(layout.rank),
        HOROVOD_SIZE = number(layout.tasks),
        HOROVOD_LOCAL_RANK = number(layout.local_rank),
        HOROVOD_LOCAL_SIZE = number(layout.local_tasks),
        HOROVOD_CROSS_RANK = number(cross_rank),
        HOROVOD_CROSS_SIZE = number(cross_size),
        ATELIER_SERVICE = layout.rank == 0 and SERVER or nil,
    }
end

local function environment(layout)
    local set = { HOROVOD_CONTROLLER = "mpi", HOROVOD_CPU_OPERATIONS = "mpi" }
    if (layout.settings or {}).controller == "gloo" then
        local sentence
        set, sentence = gloo(layout)
        if not set then
            return nil, sentence
        end
    end
    local given = defaults.of_task(layout)
    given.HOROVOD_GLOO_IFACE = layout.interface
    return set, given
end

local function meeting(layout)
    if (layout.settings or {}).controller == "gloo" then
        return rendezvous.meeting(layout)
    end
    return {}
end

return {
    title = "Horovod, over MPI or Gloo",
    example = "srun --mpi=pmix --ntasks-per-node=4 --gpus-per-node=4 python3 train.py",
    settings = {
        controller = { kind = "choice", choices = { "mpi", "gloo" }, default = "mpi",
            about = "what the processes find and drive each other by" },
    },
    mpi = "pmix",
    meeting = meeting,
    environment = environment,
}
