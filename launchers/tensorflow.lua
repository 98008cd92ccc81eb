-- TensorFlow: TF_CONFIG, for strategies, estimators and what reads it itself.
--
-- Tasks take their places by node and local rank, which every task can tell of every other
-- one for any distribution: where that is not block, a worker's index is not Slurm's rank.
-- The first task of each of the first nodes is a parameter server, as many as asked for.

local defaults = require "support.defaults"
local gpu = require "support.gpu"
local layouts = require "support.layout"
local number = require "support.number"
local port = require "support.port"

local function refuse_counts(layout, servers)
    if servers > #layout.nodes then
        return ("%d parameter servers need as many nodes, and the step has %d: "
            .. "a node has at most one"):format(servers, #layout.nodes)
    elseif servers >= layout.tasks then
        return ("%d tasks leave no worker beside %d parameter servers: "
            .. "start more with --ntasks"):format(layout.tasks, servers)
    end
end

-- The addresses of the parameter servers and of the workers, and this task's role and
-- index in it, from 0; or nil and a sentence.
local function places(layout, servers)
    local ports, sentence = port.of_tasks(layout)
    if not ports then
        return nil, sentence
    end
    for place, number_text in ipairs(ports) do
        ports[place] = ":" .. number_text
    end
    local ps, workers, count, role, index = {}, {}, 0, nil, nil
    for node, tasks in ipairs(layout.tasks_per_node) do
        local name, first = layout.nodes[node], node <= servers and 2 or 1
        if first == 2 then
            ps[node] = name .. ports[1]
        end
        if node == layout.node_rank + 1 then
            local place = layout.local_rank + 1
            role = place < first and "ps" or "worker"
            index = role == "ps" and node - 1 or count + place - first
        end
        for place = first, tasks do
            count = count + 1
            workers[count] = name .. ports[place]
        end
    end
    return { ps = ps, workers = workers, role = role, index = index }
end

local function members(name, addresses, first)
    if #addresses < first then
        return nil
    end
    return ('"%s":["%s"]'):format(name, table.concat(addresses, '","', first))
end

-- `head` is what worker 0 is called. A role that nobody has is left out: an empty list
-- makes TensorFlow wait for it.
local function config(placed, head)
    local cluster = { members("ps", placed.ps, 1) }
    local role, index = placed.role, placed.index
    if head ~= "worker" then
        cluster[#cluster + 1] = ('"%s":["%s"]'):format(head, placed.workers[1])
        role = role == "worker" and index == 0 and head or role
        index = role == "worker" and index - 1 or index
    end
    cluster[#cluster + 1] = members("worker", placed.workers, head == "worker" and 1 or 2)
    return ('{"cluster":{%s},"task":{"type":"%s","index":%d},"environment":"cloud"}')
        :format(table.concat(cluster, ","), role, index), role
end

-- Parameter servers compute on no GPU; TensorFlow would take all that it sees.
local function visible_gpus(layout, servers, role)
    if role == "ps" then
        return layout.gpus and ""
    end
    local beside = layout.node_rank < servers and 1 or 0
    return gpu.share(layout, layout.local_rank - beside, layout.local_tasks - beside)
end

-- A cluster that the user describes himself, of tasks that he starts one by one.
local function of_user(layout)
    if layout.tasks == 1 then
        return {}, defaults.of_task(layout)
    end
    return nil, ("TF_CONFIG is set for all %d tasks of the step, and says the same place "
        .. "for each: unset TF_CONFIG, or start every task by a step of one task")
        :format(layout.tasks)
end

local function environment(layout)
    local good, sentence = layouts.check(layout)
    if not good then
        return nil, sentence
    elseif (layout.given or {}).TF_CONFIG then
        return of_user(layout)
    end
    local asked = layout.settings or {}
    local servers = asked.ps or 0
    sentence = refuse_counts(layout, servers)
    if sentence then
        return nil, sentence
    end
    local placed
    placed, sentence = places(layout, servers)
    if not placed then
        return nil, sentence
    end
    local text, role = config(placed,
        asked.chief and "chief" or asked.master and "master" or "worker")
    return {
        TF_CONFIG = text,
        CUDA_VISIBLE_DEVICES = visible_gpus(layout, servers, placed.role),
        ATELIER_ROLE = role,
        ATELIER_TASK_INDEX = number(placed.index),
        ATELIER_PS_HOSTS = placed.ps[1] and table.concat(placed.ps, ","),
        ATELIER_WORKER_HOSTS = table.concat(placed.workers, ","),
    }, defaults.of_task(layout)
end

-- Every task listens, and none waits for another one's word.
local function meeting(layout)
    if (layout.given or {}).TF_CONFIG then
        return {}
    end
    local ports, sentence = port.of_tasks(layout)
    if not ports then
        return nil, sentence
    end
    return { own_port = tonumber(ports[layout.local_rank + 1]) }
end

return {
    title = "TensorFlow distributed",
    example = "srun --ntasks-per-node=2 python3 train.py",
    settings = {
        ps = { kind = "count", default = 0, at_most = "nodes",
            about = "parameter servers, at most one on a node; the other tasks work" },
        chief = { kind = "flag", about = "call worker 0 `chief`" },
        master = { kind = "flag", excludes = "chief",
            about = "call worker 0 `master`, as TensorFlow 1.3 did" },
    },
    variables = {
        TF_CONFIG = "cluster", CUDA_VISIBLE_DEVICES = "ours", ATELIER_ROLE = "ours",
        ATELIER_TASK_INDEX = "ours", ATELIER_PS_HOSTS = "ours",
        ATELIER_WORKER_HOSTS = "ours",
    },
    logs = "role",
    meeting = meeting,
    environment = environment,
}
