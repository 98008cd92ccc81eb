-- Where the processes of each framework meet, as its launcher tells the launch check; and
-- that on every layout all tasks say the same.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/tests/launchers/?.lua;" .. package.path
local case = require "case"
local model = require "model"
local rendezvous = require "support.rendezvous"
local tap = require "tap"

-- A launcher that says nothing meets at the common address.
local function meeting_of(name, layout)
    return (case.launcher(name).meeting or rendezvous.meeting)(layout)
end

-- The task at the second place of the second of two nodes, 1 and 3 tasks, of 4711.0.
local function shown(name, changes)
    local meeting, sentence = meeting_of(name, model.layout({ 1, 3 },
        { rank = 2, node_rank = 1, local_rank = 1 }, changes))
    return meeting and case.text(meeting) or sentence
end

local ADDRESS = "node=node1 port=25564"

local expected = {
    { "pytorch", nil, ADDRESS },
    { "deepspeed", nil, ADDRESS },
    { "accelerate", nil, ADDRESS },
    { "jax", nil, ADDRESS },
    { "custom", nil, ADDRESS },
    { "pytorch", { init = "file", directory = "/shared//" }, "directory=/shared" },
    { "pytorch", { init = "file" }, "pytorch meets by files, in a directory that all nodes "
        .. "share: add the setting directory=/mnt/atelier/VOLUME/DIRECTORY to "
        .. "--framework=pytorch" },
    { "caffe2", { directory = "/shared" }, "directory=/shared" },
    { "tensorflow", { ps = 1 }, "own_port=15377" },
    { "keras", { backend = "tensorflow" }, "own_port=15377" },
    { "keras", { backend = "jax" }, ADDRESS },
    { "keras", { backend = "torch" }, ADDRESS },
    { "horovod", { controller = "gloo" }, ADDRESS },
    { "horovod", { controller = "mpi" }, "" },
    { "mpi", nil, "" },
    { "cntk", nil, "" },
    { "chainer", nil, "" },
    { "caffe", nil, "" },
}

for _, one in ipairs(expected) do
    local changes = { settings = one[2] or {} }
    tap.is(shown(one[1], changes), one[3], one[1] .. ", " .. case.text(changes.settings))
end

tap.is(shown("tensorflow", { settings = {}, reserved_ports = { 12000 } }),
    "Slurm reserved 1 ports of each node for the step, and 3 tasks of a node listen; use "
        .. "srun --resv-ports=3", "tensorflow, too few reserved ports")

local function agree(name, tasks_per_node, places)
    local first
    for _, place in ipairs(places) do
        local meeting = meeting_of(name, model.layout(tasks_per_node, place,
            { settings = {} }))
        local text = meeting and case.text(meeting)
        first = first or text
        if not text or text ~= first then
            return false
        end
    end
    return true
end

local function rank_0_is_on_node_0(places)
    for _, place in ipairs(places) do
        if place.rank == 0 then
            return place.node_rank == 0
        end
    end
end

case.each_layout(function(title, tasks_per_node, places)
    if rank_0_is_on_node_0(places) then -- else it is refused
        tap.ok(agree("pytorch", tasks_per_node, places), title .. ": one address for all")
    end
end)

tap.done()
