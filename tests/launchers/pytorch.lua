-- The PyTorch launcher on every distribution, with equal and unequal tasks per node.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/launchers/?.lua;" .. top .. "/tests/launchers/?.lua;"
    .. top .. "/tests/lua/?.lua"

local tap = require "tap"
local model = require "model"
local launcher = dofile(top .. "/launchers/pytorch.lua")

local counts = {
    { 1 }, { 4 }, { 1, 1, 1 }, { 2, 2 }, { 3, 1, 2 }, { 1, 5 }, { 4, 4, 4, 1 },
}

local distributions = {
    { name = "block", places = model.block },
    { name = "cyclic", places = model.cyclic },
    { name = "plane of 2", places = function(tasks) return model.plane(tasks, 2) end },
    { name = "plane of 3", places = function(tasks) return model.plane(tasks, 3) end },
}

local function seen(environments, name)
    local values, count = {}, 0
    for _, environment in ipairs(environments) do
        if values[environment[name]] == nil then
            values[environment[name]], count = true, count + 1
        end
    end
    return count
end

local function environments_of(tasks_per_node, places)
    local environments = {}
    for _, place in ipairs(places) do
        local layout = model.layout(tasks_per_node, place)
        local environment, sentence = launcher.environment(layout)
        if not environment then
            return nil, sentence
        end
        environments[#environments + 1] = environment
    end
    return environments
end

-- Every (node, local rank) is taken by one task; each node has as many as it says.
local function places_are_right(environments, tasks_per_node)
    local taken, tasks_of = {}, {}
    for _, environment in ipairs(environments) do
        local node, place = environment.NODE_RANK, environment.LOCAL_RANK
        local here = tonumber(environment.LOCAL_WORLD_SIZE)
        if taken[node .. " " .. place] or tonumber(place) >= here
            or here ~= tasks_per_node[tonumber(node) + 1] then
            return false
        end
        taken[node .. " " .. place] = true
        tasks_of[node] = (tasks_of[node] or 0) + 1
    end
    for node, tasks in ipairs(tasks_per_node) do
        if tasks_of[tostring(node - 1)] ~= tasks then
            return false
        end
    end
    return true
end

local function test_distribution(distribution, tasks_per_node)
    local case = distribution.name .. " of " .. table.concat(tasks_per_node, ",")
    local places = distribution.places(tasks_per_node)
    local environments, sentence = environments_of(tasks_per_node, places)
    if not tap.ok(environments, case .. ": every task has an environment") then
        return print("# " .. sentence)
    end
    local tasks = #places
    tap.is(seen(environments, "RANK"), tasks, case .. ": every rank once")
    tap.is(environments[1].WORLD_SIZE, tostring(tasks), case .. ": world size")
    for _, name in ipairs({ "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT" }) do
        tap.is(seen(environments, name), 1, case .. ": one " .. name .. " for all")
    end
    local first = environments[1]
    tap.is(first.RANK, "0", case .. ": the first place is rank 0")
    tap.is(first.MASTER_ADDR, ("node%d"):format(tonumber(first.NODE_RANK) + 1),
           case .. ": MASTER_ADDR is the node of rank 0")
    tap.ok(places_are_right(environments, tasks_per_node),
           case .. ": local ranks fit their nodes")
end

for _, distribution in ipairs(distributions) do
    for _, tasks_per_node in ipairs(counts) do
        test_distribution(distribution, tasks_per_node)
    end
end

-- One task in full, so that a renamed variable is noticed.
local environment, defaults = launcher.environment(model.layout({ 1, 3 },
    { rank = 2, node_rank = 1, local_rank = 1 }, { cpus_per_task = 6 }))
local expected = {
    MASTER_ADDR = "node1", MASTER_PORT = "25564", RANK = "2", WORLD_SIZE = "4",
    LOCAL_RANK = "1", LOCAL_WORLD_SIZE = "3", NODE_RANK = "1", GROUP_RANK = "1",
    ATELIER_INIT_METHOD = "tcp://node1:25564",
}
tap.is(next(defaults), nil, "threads are left to Slurm's binding")
for name, value in pairs(expected) do
    tap.is(environment[name], value, name .. " of one task")
end
for name in pairs(environment) do
    tap.ok(expected[name], name .. " is expected")
end

-- A host file (--distribution=arbitrary) can put rank 0 on another node.
local refused, sentence = launcher.environment(model.layout({ 1, 1 },
    { rank = 0, node_rank = 1, local_rank = 0 }))
tap.is(refused, nil, "rank 0 that is not on the first node is refused")
tap.is(sentence, "rank 0 is on node node2 but the others look for it on node1; "
    .. "use --distribution=block, cyclic or plane", "and the sentence says where it is")

tap.done()
