-- TF_CONFIG on every layout: roles, addresses, and that all tasks say the same.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/tests/launchers/?.lua;" .. package.path
local case = require "case"
local model = require "model"
local tap = require "tap"

local launcher = case.launcher("tensorflow")

-- { cluster = { ROLE = { ADDRESS, ... } }, role, index }: TF_CONFIG read back.
local function parsed(text)
    local cluster, role, index = text:match('^{"cluster":{(.*)},"task":{"type":"(%a+)",'
        .. '"index":(%d+)},"environment":"cloud"}$')
    local config = { text = cluster, cluster = {}, role = role, index = tonumber(index) }
    for name, list in cluster:gmatch('"(%a+)":%[(.-)%]') do
        config.cluster[name] = {}
        for address in list:gmatch('"([^"]+)"') do
            table.insert(config.cluster[name], address)
        end
    end
    return config
end

local function count(config)
    local sum, empty = 0, false
    for _, list in pairs(config.cluster) do
        sum, empty = sum + #list, empty or #list == 0
    end
    return sum, empty
end

local function check(title, tasks, settings)
    local first, seen, addresses, right = parsed(tasks[1].set.TF_CONFIG), {}, {}, true
    for _, task in ipairs(tasks) do
        local config = parsed(task.set.TF_CONFIG)
        local mine = (config.cluster[config.role] or {})[config.index + 1] or "none"
        local place = config.role .. " " .. config.index
        right = right and not seen[place] and not addresses[mine]
            and mine:match("^(.*):%d+$") == task.layout.nodes[task.place.node_rank + 1]
            and config.text == first.text
        seen[place], addresses[mine] = true, true
    end
    tap.ok(right, title .. ": every task has a place and an address of its own, on its "
        .. "node, and all know the same")
    local sum, empty = count(first)
    tap.is(sum, #tasks, title .. ": as many places as tasks")
    tap.ok(not empty, title .. ": no role without tasks")
    tap.is(#(first.cluster.ps or {}), settings.ps or 0, title .. ": parameter servers")
    tap.is(#(first.cluster.chief or {}), settings.chief and 1 or 0, title .. ": chiefs")
end

local SETTINGS = { {}, { ps = 1 }, { ps = 2, chief = true }, { chief = true } }

case.each_layout(function(title, tasks_per_node, places)
    for _, settings in ipairs(SETTINGS) do
        local servers = settings.ps or 0
        local name = ("%s, %d ps"):format(title, servers)
        local tasks, sentence = case.run(launcher, tasks_per_node, places,
            { settings = settings })
        if servers > #tasks_per_node then
            tap.is(sentence, ("%d parameter servers need as many nodes, and the step has "
                .. "%d: a node has at most one"):format(servers, #tasks_per_node),
                name .. ": refused")
        elseif servers >= #places then
            tap.is(sentence, ("%d tasks leave no worker beside %d parameter servers: "
                .. "start more with --ntasks"):format(#places, servers),
                name .. ": refused")
        else
            check(name, tasks, settings)
        end
    end
end)

-- Tasks in full: two nodes of two, job 4711 and step 0.
local function shown(rank, changes, tasks_per_node)
    tasks_per_node = tasks_per_node or { 2, 2 }
    local tasks, sentence = case.run(launcher, tasks_per_node,
        model.block(tasks_per_node), changes)
    return tasks and case.text(tasks[rank + 1].set) or sentence
end

local WORKERS = "node1:15376,node1:15377,node2:15376,node2:15377"
tap.is(shown(2), "ATELIER_ROLE=worker ATELIER_TASK_INDEX=2 ATELIER_WORKER_HOSTS=" .. WORKERS
    .. ' TF_CONFIG={"cluster":{"worker":["' .. WORKERS:gsub(",", '","')
    .. '"]},"task":{"type":"worker","index":2},"environment":"cloud"}',
    "workers alone: no key ps")
tap.is(shown(0, { settings = { ps = 1, master = true } }),
    "ATELIER_PS_HOSTS=node1:15376 ATELIER_ROLE=ps ATELIER_TASK_INDEX=0 "
    .. "ATELIER_WORKER_HOSTS=node1:15377,node2:15376,node2:15377 "
    .. 'TF_CONFIG={"cluster":{"ps":["node1:15376"],"master":["node1:15377"],'
    .. '"worker":["node2:15376","node2:15377"]},"task":{"type":"ps","index":0},'
    .. '"environment":"cloud"}', "a parameter server, and a master")
tap.is(shown(3, { settings = { ps = 1, master = true } }):match('"task":{[^}]*}'),
    '"task":{"type":"worker","index":1}', "the workers beside a master count from 0")
tap.is(shown(0, { settings = { chief = true } }, { 1 }):match("{.*"),
    '{"cluster":{"chief":["node1:15376"]},"task":{"type":"chief","index":0},'
    .. '"environment":"cloud"}', "a chief alone: no key worker")
tap.is(select(2, require("support.settings").read("tensorflow", require("tensorflow").settings,
        "master,chief")), "settings `chief` and `master` of framework `tensorflow` exclude each "
    .. "other: leave one out", "not both")

-- GPUs: shared out where Slurm did not, none for a parameter server.
local function gpus(rank, visible, on_node, settings)
    return shown(rank, { gpus = visible, gpus_on_node = on_node, settings = settings })
        :match("CUDA_VISIBLE_DEVICES=(%S*)")
end
tap.is(gpus(0, { "0", "1", "2", "3" }, 4), "0,1", "half of the GPUs for each of two")
tap.is(gpus(3, { "0", "1", "2", "3" }, 4), "2,3", "and the other half")
tap.is(gpus(1, { "5" }, 4), nil, "what Slurm bound stays")
tap.is(gpus(1, { "5", "6" }, 4), nil, "as it does with two of four")
tap.is(gpus(1, { "0" }, 1), nil, "a single GPU is not shared out")
tap.is(gpus(1, nil, nil), nil, "no GPUs, no variable")
tap.is(gpus(0, { "0", "1" }, 2, { ps = 1 }), "", "a parameter server sees no GPU")
tap.is(gpus(1, { "0", "1" }, 2, { ps = 1 }), nil, "the worker beside it sees all")

-- Ports that Slurm reserved, and not enough of them.
tap.ok(shown(0, { reserved_ports = { 900, 901 } }):find('"node2:901"', 1, true),
    "reserved ports are taken, by local rank")
tap.is(shown(0, { reserved_ports = { 900 } }), "Slurm reserved 1 ports of each node for "
    .. "the step, and 2 tasks of a node listen; use srun --resv-ports=2",
    "too few are refused")

-- 10,000 nodes of 8.
local many = {}
for node = 1, 10000 do
    many[node] = 8
end
local started = os.clock()
local set = launcher.environment(model.layout(many,
    { rank = 79999, node_rank = 9999, local_rank = 7 }, { settings = { ps = 100 } }))
tap.ok(set and set.TF_CONFIG:find('"node10000:15383"]},"task":{"type":"worker",'
    .. '"index":79899}', 1, true), "80,000 tasks")
print(("# 80,000 tasks: %.0f KiB in %.0f ms"):format(#set.TF_CONFIG / 1024,
    (os.clock() - started) * 1000))

tap.done()
