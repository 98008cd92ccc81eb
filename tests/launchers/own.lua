-- What the user has set himself: for each launcher what stays, what ends in a sentence, and
-- that the manual's table is what the launchers declare.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/tests/launchers/?.lua;" .. package.path
local case = require "case"
local model = require "model"
local tap = require "tap"

local LAUNCHERS = { "accelerate", "caffe", "caffe2", "chainer", "cntk", "custom", "deepspeed",
    "horovod", "jax", "keras", "mpi", "pytorch", "tensorflow" }

-- What every task gets of a step with so many tasks on its nodes: the variables that are in
-- `names`, "A=1 B=2" and "-" for none of them, or the sentence; once where all tasks have
-- the same.
local function gives(name, tasks_per_node, given, names, settings)
    local texts, seen = {}, {}
    for _, place in ipairs(model.block(tasks_per_node)) do
        local set, more = case.launcher(name).environment(model.layout(tasks_per_node, place,
            { given = given, settings = settings or {} }))
        local shown = {}
        for _, variable in ipairs(names) do
            shown[variable] = set and (set[variable] or more[variable])
        end
        local text = set and case.text(shown) or more
        if not seen[text] then
            seen[text], texts[#texts + 1] = true, text == "" and "-" or text
        end
    end
    return table.concat(texts, "; ")
end

local RANKS = { "RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE", "NODE_RANK",
    "GROUP_RANK" }
local MEETING = { "MASTER_ADDR", "MASTER_PORT", "ATELIER_INIT_METHOD", "WORLD_SIZE" }

local function pytorch(tasks_per_node, given, wanted, title, names)
    for _, name in ipairs({ "pytorch", "deepspeed", "accelerate" }) do
        tap.is(gives(name, tasks_per_node, given, names or RANKS), wanted,
            name .. ": " .. title)
    end
end

-- A world of several steps of one task.
pytorch({ 1 }, { RANK = "1", WORLD_SIZE = "2", MASTER_ADDR = "n1" }, "-",
    "a rank of the user's world has nothing of ours beside it")
pytorch({ 1 }, { RANK = "1", WORLD_SIZE = "2", MASTER_ADDR = "n1" }, "-",
    "nor a meeting point", MEETING)
pytorch({ 1 }, { RANK = "1", WORLD_SIZE = "2", MASTER_ADDR = "n1", MASTER_PORT = "7" },
    "ATELIER_INIT_METHOD=tcp://n1:7 ATELIER_TASK_INDEX=1", "his own has our other names",
    { "ATELIER_INIT_METHOD", "ATELIER_TASK_INDEX", "MASTER_PORT" })
pytorch({ 1 }, { WORLD_SIZE = "2" }, "-", "a size alone is of another world, too")
pytorch({ 1 }, { MASTER_ADDR = "node7" }, "-", "so is a meeting point on another node")
pytorch({ 1 }, { RANK = "0", WORLD_SIZE = "1" }, "GROUP_RANK=0 LOCAL_RANK=0 "
    .. "LOCAL_WORLD_SIZE=1 NODE_RANK=0 RANK=0 WORLD_SIZE=1", "the layout's own words change "
    .. "nothing")
pytorch({ 1 }, { MASTER_ADDR = "localhost", MASTER_PORT = "29500" },
    "ATELIER_INIT_METHOD=tcp://localhost:29500 MASTER_ADDR=localhost MASTER_PORT=29500 "
    .. "WORLD_SIZE=1", "one task meets itself anywhere", MEETING)

-- A step that has all of the world.
pytorch({ 2, 2 }, { WORLD_SIZE = "4", MASTER_ADDR = "node1.cluster", MASTER_PORT = "29500" },
    "ATELIER_INIT_METHOD=tcp://node1.cluster:29500 MASTER_ADDR=node1.cluster "
    .. "MASTER_PORT=29500 WORLD_SIZE=4", "the user's meeting point stays", MEETING)
pytorch({ 2, 2 }, { MASTER_ADDR = "10.77.0.11" }, "ATELIER_INIT_METHOD=tcp://10.77.0.11:25564 "
    .. "MASTER_ADDR=10.77.0.11 MASTER_PORT=25564 WORLD_SIZE=4",
    "an address that names no node, too", MEETING)
pytorch({ 2, 2 }, { MASTER_ADDR = "node2" }, "MASTER_ADDR=node2 is set, and rank 0 of the "
    .. "step's 4 tasks is on node1: unset MASTER_ADDR, or let it name node1",
    "another node than rank 0's")
pytorch({ 2, 2 }, { MASTER_ADDR = "localhost" }, "MASTER_ADDR=localhost is set, and rank 0 of "
    .. "the step's 4 tasks is on node1: unset MASTER_ADDR, or let it name node1",
    "the loopback of several nodes")
pytorch({ 4 }, { MASTER_ADDR = "127.0.0.1" }, "ATELIER_INIT_METHOD=tcp://127.0.0.1:25564 "
    .. "MASTER_ADDR=127.0.0.1 MASTER_PORT=25564 WORLD_SIZE=4", "that of one node", MEETING)
for _, text in ipairs({ "x", "0", "65536", "0x10", "-1", "1e3", "123456" }) do
    pytorch({ 1, 1 }, { MASTER_PORT = text }, "MASTER_PORT=" .. text .. " is set, and is no "
        .. "port of 1 to 65535: unset MASTER_PORT, or correct it", "no port")
end
pytorch({ 2, 2 }, { WORLD_SIZE = "8" }, "WORLD_SIZE=8 is set, and the step's 4 tasks make it "
    .. "4: unset WORLD_SIZE, or start as many tasks as it means", "another size")
pytorch({ 2, 2 }, { RANK = "0", WORLD_SIZE = "4" }, "RANK=0 is set for all 4 tasks of the "
    .. "step, and is not the same for each: unset RANK, or start every rank by a "
    .. "step of one task", "one rank for all, said by each of them")
pytorch({ 1, 1 }, { RANK = "0" }, "RANK=0 is set for all 2 tasks of the step, and "
    .. "is not the same for each: unset RANK, or start every rank by a step of one task",
    "one rank for a task on each node")
pytorch({ 2 }, { LOCAL_RANK = "0" }, "LOCAL_RANK=0 is set for all 2 tasks of the step, "
    .. "and is not the same for each: unset LOCAL_RANK, or start every rank by a step "
    .. "of one task", "one local rank for all of a node")
pytorch({ 2, 1 }, { LOCAL_WORLD_SIZE = "2" }, "LOCAL_WORLD_SIZE=2 is set for all 3 tasks of "
    .. "the step, and is not the same for each: unset LOCAL_WORLD_SIZE, or start "
    .. "every rank by a step of one task", "one local size for unequal nodes")
pytorch({ 2, 2 }, { RANK = "\27[31m" .. ("9"):rep(99) }, "RANK=?[31m" .. ("9"):rep(55)
    .. " is set for all 4 tasks of the step, and is not the same for each: unset "
    .. "RANK, or start every rank by a step of one task", "what is shown is printable and short")

-- A task of each node that starts the others.
pytorch({ 1, 1 }, { WORLD_SIZE = "16", NODE_RANK = "0" }, "-",
    "a world of more than one for each node is of a launcher inside")
pytorch({ 1, 1 }, { WORLD_SIZE = "16" }, "ATELIER_INIT_METHOD=tcp://node1:25564 "
    .. "MASTER_ADDR=node1 MASTER_PORT=25564", "which may meet where the step does",
    { "ATELIER_INIT_METHOD", "MASTER_ADDR", "MASTER_PORT" })

tap.is(gives("pytorch", { 1, 1 }, { MASTER_ADDR = "node2" }, RANKS,
    { init = "file", directory = "/s" }):sub(1, 12), "GROUP_RANK=0",
    "who meets by a file needs no address")

local JAX = { "JAX_PROCESS_ID", "JAX_NUM_PROCESSES", "JAX_COORDINATOR_ADDRESS" }
tap.is(gives("jax", { 1 }, { JAX_PROCESS_ID = "1", JAX_NUM_PROCESSES = "2",
    JAX_COORDINATOR_ADDRESS = "n1:7" }, JAX), "-", "jax: the user's world")
tap.is(gives("jax", { 1, 1 }, { JAX_COORDINATOR_ADDRESS = "10.0.0.1:7" }, { JAX[3] }),
    "JAX_COORDINATOR_ADDRESS=10.0.0.1:7", "jax: the user's address")
tap.has(gives("jax", { 1, 1 }, { JAX_COORDINATOR_ADDRESS = "node2:7" }, JAX),
    "JAX_COORDINATOR_ADDRESS=node2:7 is set, and rank 0 of the step's 2 tasks is on node1",
    "jax: another node")
tap.has(gives("jax", { 2, 2 }, { JAX_NUM_PROCESSES = "2" }, JAX),
    "JAX_NUM_PROCESSES=2 is set, and the step's 4 tasks make it 4", "jax: another size")

local GLOO = { controller = "gloo" }
local HVD = { "HOROVOD_RANK", "HOROVOD_SIZE", "HOROVOD_CONTROLLER", "HOROVOD_CPU_OPERATIONS",
    "HOROVOD_GLOO_RENDEZVOUS_ADDR", "HOROVOD_HOSTNAME" }
tap.is(gives("horovod", { 1 }, { HOROVOD_RANK = "1", HOROVOD_SIZE = "2" }, HVD, GLOO),
    "HOROVOD_CONTROLLER=gloo HOROVOD_CPU_OPERATIONS=gloo", "horovod: the user's world")
tap.is(gives("horovod", { 1, 1 }, { HOROVOD_SIZE = "8" }, HVD, GLOO),
    "HOROVOD_CONTROLLER=gloo HOROVOD_CPU_OPERATIONS=gloo", "horovod: a world inside")
tap.has(gives("horovod", { 2, 2 }, { HOROVOD_CROSS_RANK = "0" }, HVD, GLOO),
    "HOROVOD_CROSS_RANK=0 is set for all 4 tasks", "horovod: one cross rank for all")
tap.is(gives("horovod", { 1, 1 }, { HOROVOD_CONTROLLER = "gloo" }, { "HOROVOD_SIZE",
    "HOROVOD_CONTROLLER" }), "HOROVOD_CONTROLLER=gloo HOROVOD_SIZE=2",
    "horovod: the user's controller has its ranks")
tap.has(gives("horovod", { 1 }, { HOROVOD_CONTROLLER = "mpi" }, HVD, GLOO),
    "HOROVOD_CONTROLLER=mpi is set, and the framework says controller=gloo",
    "horovod: two controllers")
tap.is(gives("horovod", { 1, 1 }, { HOROVOD_GLOO_RENDEZVOUS_ADDR = "10.0.0.1" },
    { "ATELIER_SERVICE", "HOROVOD_GLOO_RENDEZVOUS_ADDR" }, GLOO),
    "HOROVOD_GLOO_RENDEZVOUS_ADDR=10.0.0.1", "horovod: the user's server is his own")

tap.is(gives("tensorflow", { 1 }, { TF_CONFIG = "{}" }, { "TF_CONFIG", "ATELIER_ROLE" }), "-",
    "tensorflow: the user's cluster")
tap.has(gives("tensorflow", { 1, 1 }, { TF_CONFIG = "{}" }, {}),
    "TF_CONFIG is set for all 2 tasks of the step", "tensorflow: one place for all")

tap.is(gives("keras", { 1 }, { KERAS_BACKEND = "jax" }, { "KERAS_BACKEND", "JAX_PROCESS_ID" }),
    "JAX_PROCESS_ID=0 KERAS_BACKEND=jax", "keras: the user's backend has its variables")
tap.has(gives("keras", { 1 }, { KERAS_BACKEND = "jax" }, {}, { backend = "torch" }),
    "KERAS_BACKEND=jax is set, and the framework says backend=torch", "keras: two backends")
tap.has(gives("keras", { 1 }, { KERAS_BACKEND = "theano" }, {}),
    "KERAS_BACKEND=theano is set, and the framework keras has", "keras: an unknown backend")

-- Where the processes meet is what the launch check tries.
for _, one in ipairs({
    { "pytorch", { MASTER_ADDR = "10.0.0.1", MASTER_PORT = "7" }, "node=10.0.0.1 port=7" },
    { "jax", { JAX_COORDINATOR_ADDRESS = "10.0.0.1:7" }, "" },
}) do
    tap.is(case.text(case.launcher(one[1]).meeting(model.layout({ 2, 2 },
        { rank = 1, node_rank = 0, local_rank = 1 }, { given = one[2] }))), one[3],
        one[1] .. ": meets where the user says")
end

-- The manual.

local function declared()
    local kinds = {}
    for _, name in ipairs(LAUNCHERS) do
        for variable, kind in pairs(case.launcher(name).variables or {}) do
            tap.ok(kinds[variable] == nil or kinds[variable] == kind,
                name .. ": " .. variable .. " is what it is elsewhere")
            kinds[variable] = kind
        end
    end
    return kinds
end

local function manual_table()
    local rows, inside = {}, false
    for line in io.lines(top .. "/doc/atelier-launcher.7") do
        inside = line:find("^%.Sh WHAT THE USER HAS SET") or (inside and not line:find("^%.Sh"))
        local names, kind = line:match("^%.It ([A-Za-z_, ]+) Ta ([a-z_]+)$")
        for name in (inside and names or ""):gmatch("[A-Za-z_]+") do
            rows[name] = kind
        end
    end
    return rows
end

local kinds, manual = declared(), manual_table()
for variable, kind in pairs(kinds) do
    tap.is(manual[variable], kind, "the manual says of " .. variable .. " what is declared")
end
for variable, kind in pairs(manual) do
    tap.is(kind, kinds[variable] or "default", "the manual's " .. variable .. " is declared")
end

-- Nothing is set that is not declared.
local SETTINGS = { horovod = GLOO, caffe2 = { directory = "/s" }, tensorflow = { ps = 1 } }
local undeclared = {}
for _, name in ipairs(LAUNCHERS) do
    local set, more = case.launcher(name).environment(model.layout({ 2, 2 },
        { rank = 1, node_rank = 0, local_rank = 1 }, { settings = SETTINGS[name] or {},
        interface = "eth0", gpus = { "0", "1" }, gpus_on_node = 2 }))
    for variable in pairs(set or {}) do
        undeclared[#undeclared + 1] = not (case.launcher(name).variables or {})[variable]
            and name .. ":" .. variable or nil
    end
    for variable in pairs(more) do
        undeclared[#undeclared + 1] = not manual[variable] and variable or nil
    end
end
tap.is(table.concat(undeclared, " "), "", "every variable is declared, and in the manual")

tap.done()
