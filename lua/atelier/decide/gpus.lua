-- gpus.lua: the GPUs that a job asks for, by all of Slurm's options for them.

local gpus = {}

local TEXT_MAX = 4096 -- bytes of a list that are looked at

gpus.MANY = 1e9 -- more than any limit: what no option bounds

local UNITS = { k = 1024, m = 1024 ^ 2, g = 1024 ^ 3, t = 1024 ^ 4, p = 1024 ^ 5 }

-- Takes an entry of a list apart: "gres:gpu:a100:2" is "gpu:a100" and 2, "gres/gpu=2" is "gpu"
-- and 2, and "gpu(S:0)" is "gpu" and 1.
local function read_item(item)
    item = item:gsub("%(.*$", ""):gsub("^gres[:/]", "")
    local what, count, unit = item:match("^(.*)[:=](%d+)([kKmMgGtTpP]?)$")
    if not what then
        return item, 1
    end
    return what, math.min(tonumber(count) * (UNITS[unit:lower()] or 1), gpus.MANY)
end

-- { ["gpu:a100"] = 2 }: of a type that is named twice, the last number counts.
local function by_type(list)
    local counts = {}
    for item in (list or ""):sub(1, TEXT_MAX):gmatch("[^,]+") do
        local what, count = read_item(item)
        if what == "gpu" or what:sub(1, 4) == "gpu:" then
            counts[what] = count
        end
    end
    return counts
end

-- Returns the GPUs of a list, all types together; nil when the list names none.
function gpus.count(list)
    local sum
    for _, count in pairs(by_type(list)) do
        sum = (sum or 0) + count
    end
    return sum
end

-- Returns what the lists have of one type: in all, and on each node.
local function most_of(job, what, shape)
    if job.all[what] then
        return job.all[what], 0
    elseif job.node[what] then
        return 0, job.node[what]
    elseif not job.task[what] then
        return 0, 0
    elseif shape.tasks then
        return job.task[what] * shape.tasks * (shape.per_gpu or 1), 0
    end
    return 0, job.task[what] * (shape.tasks_per_node or shape.per_gpu or 1)
end

-- The most that Slurm gives: so many in all, and so many on each node of the job; the third
-- value is whether it may be all of a node: --sockets-per-node is the least of the sockets
-- that have those of --gpus-per-socket. `shape`: { tasks, tasks_per_node, per_gpu (tasks)
-- }, nil where not given.
-- Types are counted one by one: --gpus of one does not bound --gpus-per-node of another.
function gpus.most(job, shape)
    local lists = { all = by_type(job.tres_per_job), node = by_type(job.tres_per_node),
        task = by_type(job.tres_per_task), socket = by_type(job.tres_per_socket) }
    local in_all, each, is_open, types = 0, 0, false, {}
    for _, list in pairs(lists) do
        for what in pairs(list) do
            types[what] = true
        end
    end
    for what in pairs(types) do
        local more, more_each = most_of(lists, what, shape)
        in_all, each = in_all + more, each + more_each
        is_open = is_open or lists.socket[what] ~= nil and not lists.all[what]
            and not lists.node[what]
    end
    if next(types) == nil and shape.per_gpu then -- --ntasks-per-gpu alone asks for them
        if not shape.tasks then
            return 0, 1, false
        end
        return math.ceil(shape.tasks / math.max(shape.per_gpu, 1)), 0, false
    end
    return math.min(in_all, gpus.MANY), math.min(each, gpus.MANY), is_open
end

return gpus
