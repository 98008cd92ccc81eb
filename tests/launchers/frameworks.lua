-- Every launcher: what one task gets, in full; and on every layout, ranks that are complete
-- and unique and a meeting point that all agree on.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/tests/launchers/?.lua;" .. package.path
local case = require "case"
local model = require "model"
local tap = require "tap"

-- The task at the second place of the second of two nodes, 1 and 3 tasks, of 4711.0.
local function shown(name, changes)
    local set, defaults = case.launcher(name).environment(model.layout({ 1, 3 },
        { rank = 2, node_rank = 1, local_rank = 1 }, changes))
    return set and case.text(set) .. " | " .. case.text(defaults) or defaults
end

local NO_DEFAULT = " | "
local TORCH = "GROUP_RANK=1 LOCAL_RANK=1 LOCAL_WORLD_SIZE=3 "
local MORE_TORCH = "NODE_RANK=1 RANK=2 WORLD_SIZE=4"
local BY_TCP = "ATELIER_INIT_METHOD=tcp://node1:25564 " .. TORCH
    .. "MASTER_ADDR=node1 MASTER_PORT=25564 " .. MORE_TORCH .. NO_DEFAULT
local GLOO = "HOROVOD_CROSS_RANK=0 "
    .. "HOROVOD_CROSS_SIZE=1 HOROVOD_GLOO_RENDEZVOUS_ADDR=node1 "
    .. "HOROVOD_GLOO_RENDEZVOUS_PORT=25564 HOROVOD_HOSTNAME=node2 HOROVOD_LOCAL_RANK=1 "
    .. "HOROVOD_LOCAL_SIZE=3 HOROVOD_RANK=2 HOROVOD_SIZE=4"
local BY_JAX = "JAX_COORDINATOR_ADDRESS=node1:25564 JAX_NUM_PROCESSES=4 JAX_PROCESS_ID=2"

local function settings(given)
    return { settings = given }
end

local expected = {
    { "pytorch", nil, BY_TCP },
    { "deepspeed", nil, BY_TCP },
    { "accelerate", nil, BY_TCP },
    { "pytorch", settings({ init = "file", directory = "/shared//" }),
      "ATELIER_INIT_METHOD=file:///shared/pytorch-4711.0.0 " .. TORCH .. MORE_TORCH
          .. NO_DEFAULT },
    { "pytorch", { settings = { init = "file" }, shared_directory = "/job", restart = 2 },
      "ATELIER_INIT_METHOD=file:///job/pytorch-4711.0.2 " .. TORCH .. MORE_TORCH
          .. NO_DEFAULT },
    { "pytorch", settings({ init = "file" }), "pytorch meets by files, in a directory that "
        .. "all nodes share: add the setting directory=/mnt/atelier/VOLUME/DIRECTORY to "
        .. "--framework=pytorch" },
    { "mpi", nil, NO_DEFAULT },
    { "cntk", nil, NO_DEFAULT },
    { "chainer", nil, NO_DEFAULT },
    { "caffe", nil, NO_DEFAULT },
    { "mpi", { interface = "eth1", cpus_per_task = 8 }, " | GLOO_SOCKET_IFNAME=eth1 "
        .. "NCCL_SOCKET_IFNAME=eth1 OMPI_MCA_btl_tcp_if_include=eth1 "
        .. "OMPI_MCA_oob_tcp_if_include=eth1" },
    { "caffe2", settings({ directory = "/shared" }), "ATELIER_FILE_STORE="
        .. "/shared ATELIER_RUN_ID=caffe2-4711.0.0 ATELIER_SHARDS=4 ATELIER_TASK_INDEX=2"
        .. NO_DEFAULT },
    { "caffe2", settings({ directory = "/" }), "ATELIER_FILE_STORE="
        .. "/ ATELIER_RUN_ID=caffe2-4711.0.0 ATELIER_SHARDS=4 ATELIER_TASK_INDEX=2"
        .. NO_DEFAULT },
    { "caffe2", nil, "caffe2 meets by files, in a directory that all nodes share: add the "
        .. "setting directory=/mnt/atelier/VOLUME/DIRECTORY to --framework=caffe2" },
    { "jax", nil, BY_JAX .. NO_DEFAULT },
    { "horovod", nil, " | HOROVOD_CONTROLLER=mpi HOROVOD_CPU_OPERATIONS=mpi" },
    { "horovod", settings({ controller = "gloo" }), GLOO .. " | HOROVOD_CONTROLLER=gloo "
        .. "HOROVOD_CPU_OPERATIONS=gloo" },
    { "horovod", { starter = true }, " | " },
    { "horovod", { settings = { controller = "gloo" }, interface = "ib0" }, GLOO
        .. " | GLOO_SOCKET_IFNAME=ib0 HOROVOD_CONTROLLER=gloo "
        .. "HOROVOD_CPU_OPERATIONS=gloo HOROVOD_GLOO_IFACE=ib0 NCCL_SOCKET_IFNAME=ib0 "
        .. "OMPI_MCA_btl_tcp_if_include=ib0 OMPI_MCA_oob_tcp_if_include=ib0" },
    { "keras", settings({ backend = "jax" }), BY_JAX .. " | KERAS_BACKEND=jax" },
    { "custom", nil, "ATELIER_LOCAL_RANK=1 ATELIER_LOCAL_WORLD_SIZE=3 "
        .. "ATELIER_MASTER_ADDR=node1 ATELIER_MASTER_PORT=25564 ATELIER_NODE_RANK=1 "
        .. "ATELIER_RANK=2 ATELIER_WORLD_SIZE=4" .. NO_DEFAULT },
}

for _, one in ipairs(expected) do
    tap.is(shown(one[1], one[2]), one[3], one[1] .. ", one task in full")
end
local function keras_gives(text, changes)
    tap.ok(shown("keras", changes):find(text, 1, true), "keras: " .. text)
end

keras_gives(" TF_CONFIG={", nil)
keras_gives("KERAS_BACKEND=tensorflow", nil)
keras_gives("KERAS_BACKEND=torch", settings({ backend = "torch" }))
keras_gives(" WORLD_SIZE=4", settings({ backend = "torch" }))

local custom = case.launcher("custom").environment(model.layout({ 1, 3 },
    { rank = 3, node_rank = 1, local_rank = 2 }))
tap.is(custom.ATELIER_NODE_RANK .. custom.ATELIER_LOCAL_RANK, "12",
    "custom: the node, and the place on it")

-- The variables that count the tasks, and those that all must agree on.
local RANKS = {
    pytorch = { rank = "RANK", same = { "MASTER_ADDR", "MASTER_PORT", "WORLD_SIZE" } },
    jax = { rank = "JAX_PROCESS_ID",
        same = { "JAX_COORDINATOR_ADDRESS", "JAX_NUM_PROCESSES" } },
    horovod = { rank = "HOROVOD_RANK", same = { "HOROVOD_SIZE",
        "HOROVOD_GLOO_RENDEZVOUS_ADDR", "HOROVOD_GLOO_RENDEZVOUS_PORT" },
        settings = { controller = "gloo" } },
    caffe2 = { rank = "ATELIER_TASK_INDEX", same = { "ATELIER_FILE_STORE", "ATELIER_RUN_ID" },
        settings = { directory = "/shared" } },
    custom = { rank = "ATELIER_RANK",
        same = { "ATELIER_MASTER_ADDR", "ATELIER_MASTER_PORT", "ATELIER_WORLD_SIZE" } },
}

local function ranks_are_right(tasks, variables)
    local seen = {}
    for _, task in ipairs(tasks) do
        local rank = tonumber(task.set[variables.rank])
        if seen[rank] or rank < 0 or rank >= #tasks then
            return false
        end
        seen[rank] = true
        for _, name in ipairs(variables.same) do
            if not task.set[name] or task.set[name] ~= tasks[1].set[name] then
                return false
            end
        end
    end
    return true
end

-- Of the ranks across nodes, (local rank, cross rank) is one task's alone.
local function crosses_are_right(tasks)
    local seen = {}
    for _, task in ipairs(tasks) do
        local set = task.set
        local place = set.HOROVOD_LOCAL_RANK .. " " .. set.HOROVOD_CROSS_RANK
        if seen[place] or tonumber(set.HOROVOD_CROSS_RANK) >= tonumber(set.HOROVOD_CROSS_SIZE)
        then
            return false
        end
        seen[place] = true
    end
    return true
end

-- One server for all, beside rank 0.
local function server_is_right(tasks)
    for _, task in ipairs(tasks) do
        if (task.set.ATELIER_SERVICE ~= nil) ~= (task.set.HOROVOD_RANK == "0") then
            return false
        end
    end
    return true
end

for name, variables in pairs(RANKS) do
    case.each_layout(function(title, tasks_per_node, places)
        local tasks, sentence = case.run(case.launcher(name), tasks_per_node, places,
            { settings = variables.settings })
        title = name .. ", " .. title
        if name == "horovod" and #places == 1 then
            tap.is(case.text(tasks[1].set), "", title .. ": one process needs nothing")
            return
        end
        if not tasks then -- rank 0 is elsewhere than the others would look
            tap.ok(sentence:find("^rank 0 is on node node%d but the others"),
                title .. ": refused")
            return
        end
        tap.ok(ranks_are_right(tasks, variables), title .. ": ranks and meeting point")
        if name == "horovod" then
            tap.ok(crosses_are_right(tasks), title .. ": ranks across nodes")
            tap.ok(server_is_right(tasks), title .. ": the server beside rank 0")
        end
    end)
end

-- Ranks are on the node that Slurm says, or nothing starts.
for _, name in ipairs({ "pytorch", "tensorflow", "jax", "custom" }) do
    tap.is(shown(name, { node = "node1" }), "Slurm lists node2 as node 1 of the step, but "
        .. "that is node1; name the components of a heterogeneous job in the order of "
        .. "their nodes",
        name .. ": a list in another order")
    tap.ok(shown(name, { node = "node2" }):find(" | ", 1, true), name .. ": the same order")
end

-- What a person reads of each.
for _, name in ipairs({ "accelerate", "caffe", "caffe2", "chainer", "cntk", "custom",
                        "deepspeed", "horovod", "jax", "keras", "mpi", "pytorch",
                        "tensorflow" }) do
    local launcher = case.launcher(name)
    tap.ok(type(launcher.title) == "string" and type(launcher.example) == "string"
        and launcher.example:find("^srun "), name .. " has a title and an example")
end

tap.done()
