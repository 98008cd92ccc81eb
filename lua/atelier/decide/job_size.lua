-- job_size.lua: how large a job is, from what Slurm's clients tell slurmctld of it.
--
-- The same options reach slurmctld in other fields from one release to the next: where
-- one client turns --ntasks-per-node into a number of tasks, another leaves that to
-- slurmctld, and a client of the REST interface fills in what it likes. So all fields are
-- read here, for a real job and for one that `atelier policy explain` makes of a command
-- line, and what follows from them is the same for both.

local gpu_lists = require("atelier.decide.gpus")

local job_size = {}

local TEXT_MAX = 4096 -- bytes of a list that are looked at

-- Slurm's numbers for "not given", of 16, 32 and 64 bits. INFINITE stays a number: it is
-- more than any limit.
local UNSET = { [65534] = true, [4294967294] = true, [18446744073709551614] = true }

function job_size.number(given)
    given = tonumber(given)
    if given and not UNSET[given] and given >= 0 and given < 2 ^ 63 then
        return given
    end
end

-- How many hosts a bracket such as "1-3,07" stands for.
local function count_range(inside)
    local sum = 0
    for item in inside:gmatch("[^,]+") do
        local first, last = item:match("^(%d+)%-(%d+)$")
        if first then
            sum = sum + math.max(tonumber(last) - tonumber(first) + 1, 0)
        else
            sum = sum + 1
        end
    end
    return sum
end

-- How many hosts "n[1-3,7],m1" names, one that is written twice counted once, and how many
-- with its repeats; nil for none, or for what is no list of hosts.
function job_size.named_hosts(list)
    if type(list) ~= "string" or list == "" or list:find("[{/]") then
        return nil
    end
    local seen, sum, each = {}, 0, 0
    local outside = list:gsub("%b[]", function(bracket)
        return (bracket:gsub(",", "\1")) -- commas that do not part hosts
    end)
    for item in outside:gmatch("[^,]+") do
        local count = 1
        for inside in item:gmatch("%[([^%]]*)%]") do
            count = count * count_range((inside:gsub("\1", ",")))
        end
        each = each + count
        sum, seen[item] = seen[item] and sum or sum + count, true
    end
    return sum, each
end

-- The hosts of a list of slurmctld's, which may not take long to count.
function job_size.hosts(list)
    if type(list) ~= "string" or #list > TEXT_MAX then
        return nil
    end
    return (job_size.named_hosts(list))
end

local function ceiling(amount, per)
    return per > 0 and math.ceil(amount / per) or nil
end

-- The GPUs as they are asked for: { job, node, task, socket }.
local function asked_gpus(job)
    return { job = gpu_lists.count(job.tres_per_job), node = gpu_lists.count(job.tres_per_node),
        task = gpu_lists.count(job.tres_per_task), socket = gpu_lists.count(job.tres_per_socket) }
end

-- Returns nil when the job leaves its nodes open: Slurm then takes one.
local function nodes_of(job, gpus, tasks)
    local nodes, listed = job_size.number(job.min_nodes), job_size.hosts(job.req_nodes)
    if listed then
        nodes = math.max(nodes or 0, listed)
    end
    if not nodes and gpus.job and gpus.node then
        nodes = ceiling(gpus.job, gpus.node)
    end
    local per_node = job_size.number(job.ntasks_per_node)
    if not nodes and per_node then -- of how many tasks, not every release says: of one node's
        nodes = ceiling(tasks or per_node, per_node)
    end
    return nodes
end

-- A node that gets no task is not counted, since Slurm gives the job no such node.
local function used(nodes, tasks)
    return nodes and tasks and tasks > 0 and math.min(nodes, tasks) or nodes
end

local function tasks_of(job, gpus, nodes, tasks)
    local per_node, per_gpu = job_size.number(job.ntasks_per_node),
        job_size.number(job.ntasks_per_tres)
    if per_gpu and (gpus.job or gpus.node) then
        return per_gpu * (gpus.job or gpus.node * (nodes or 1)) -- whatever else is given
    elseif tasks then
        return tasks
    elseif per_node then
        return per_node * (nodes or 1)
    elseif gpus.task and gpus.job then
        return ceiling(gpus.job, gpus.task)
    elseif nodes and (gpus.task or per_gpu) then
        return nodes * (per_gpu or 1)
    end
end

local function gpus_of(job, gpus, nodes, tasks)
    local per_gpu = job_size.number(job.ntasks_per_tres)
    return gpus.job
        or gpus.node and gpus.node * (nodes or 1)
        or gpus.task and gpus.task * (tasks or 1)
        or gpus.socket
            and gpus.socket * (job_size.number(job.sockets_per_node) or 1) * (nodes or 1)
        or per_gpu and tasks and ceiling(tasks, per_gpu)
end

-- Returns the processors of the whole job, the least that it is content with.
local function cpus_of(job, gpus, made, per_task)
    local least = job_size.number(job.min_cpus)
        or (made.tasks or made.nodes or 1) * (per_task or 1)
    local has_gres = next(gpus) ~= nil
    if has_gres and per_task and made.tasks then
        least = math.max(least, per_task * made.tasks)
    end
    return math.max(least, (gpu_lists.count(job.cpus_per_tres) or 0) * (made.gpus or 0))
end

-- Returns the MiB on each node, as --mem, --mem-per-cpu and --mem-per-gpu say it.
local function memory_of(job, made, per_task)
    local per_cpu = job_size.number(job.min_mem_per_cpu)
    local per_gpu = gpu_lists.count(job.mem_per_tres)
    return job_size.number(job.min_mem_per_node)
        or per_cpu and per_cpu * (per_task or 1)
        or per_gpu and made.gpus and per_gpu * ceiling(made.gpus, made.nodes or 1)
end

-- A node that would get no task or no GPU is not counted. Some of Slurm's clients say so in
-- max_nodes, and others leave it to slurmctld.
local function most_nodes(job, gpus, tasks)
    local most = job_size.number(job.max_nodes)
    most = most ~= 0 and most or nil
    if gpus.job and gpus.node and gpus.node > 0 then
        most = math.min(most or math.huge, ceiling(gpus.job, gpus.node))
    end
    if gpus.job and gpus.task and gpus.task > 0 and not tasks then
        tasks = ceiling(gpus.job, gpus.task)
    end
    for _, count in pairs({ tasks or 0, gpus.job or 0 }) do
        most = most and count > 0 and math.min(most, count) or most
    end
    return most
end

-- The most that the job is content with: to `made`, max_nodes, exclusive, and the GPUs in
-- all and on each node, which both count; gpus_by_socket when it may be all of a node.
local function add_most(made, job, gpus, tasks)
    made.max_nodes = most_nodes(job, gpus, tasks)
    made.exclusive = job_size.number(job.shared) == 0 or nil
    local in_all, each, is_open = gpu_lists.most(job, { tasks = job_size.number(job.num_tasks),
        tasks_per_node = job_size.number(job.ntasks_per_node),
        per_gpu = job_size.number(job.ntasks_per_tres) })
    made.gpus_in_all = in_all > 0 and in_all or nil
    made.gpus_per_node = each > 0 and each or nil
    made.gpus_by_socket = is_open or nil
end

-- `job` has the fields of Slurm's job_desc, as far as they are given. Returns { nodes,
-- tasks, gpus, cpus, memory (MiB on each node) }, the least of each, and { max_nodes,
-- exclusive (true), gpus_in_all, gpus_per_node, gpus_by_socket (true) }, the most; nil where
-- the job leaves it to Slurm.
function job_size.of(job)
    local gpus, tasks = asked_gpus(job), job_size.number(job.num_tasks)
    local made = { nodes = used(nodes_of(job, gpus, tasks), tasks) }
    made.tasks = tasks_of(job, gpus, made.nodes, tasks)
    made.nodes = used(made.nodes, made.tasks)
    made.gpus = gpus_of(job, gpus, made.nodes, made.tasks)
    local per_task = job_size.number(job.cpus_per_task)
    local per_gpu = gpu_lists.count(job.cpus_per_tres)
    per_task = per_task or per_gpu and gpus.task and per_gpu * gpus.task
    made.cpus = cpus_of(job, gpus, made, per_task)
    made.memory = memory_of(job, made, per_task)
    add_most(made, job, gpus, tasks)
    return made
end

return job_size
