-- sbatch_request.lua: what a job asks for by options of sbatch, as the request that slurmctld would
-- see: from the lines of a script, the environment and a command line.
--
-- sbatch_options.lua knows all options of sbatch; here are those that decide anything.

local environment = require("atelier.sbatch.sbatch_environment")
local read = require("atelier.sbatch.sbatch_value")
local job_size = require("atelier.decide.job_size")

local sbatch_request = {}

-- What an option sets in the job, and how its argument is read.
local OPTIONS = {
    ["workspace"] = { "workspace", read.text }, ["experiment"] = { "experiment", read.text },
    ["framework"] = { "framework", read.text }, ["mount"] = { "mount", read.list },
    ["account"] = { "account", read.text }, ["partition"] = { "partition", read.text },
    ["qos"] = { "qos", read.text }, ["wckey"] = { "wckey", read.text },
    ["constraint"] = { "features", read.text },
    ["reservation"] = { "reservation", read.text },
    ["licenses"] = { "licenses", read.text }, ["resources"] = { "resources", read.text },
    ["nodes"] = { "nodes", read.nodes }, ["nodelist"] = { "req_nodes", read.text },
    ["distribution"] = { "by_list", read.arbitrary },
    ["ntasks"] = { "num_tasks", read.count },
    ["ntasks-per-node"] = { "ntasks_per_node", read.count },
    ["tasks-per-node"] = { "ntasks_per_node", read.count },
    ["ntasks-per-gpu"] = { "ntasks_per_tres", read.count },
    ["ntasks-per-tres"] = { "ntasks_per_tres", read.count },
    ["cpus-per-task"] = { "cpus_per_task", read.count },
    ["overcommit"] = { "overcommit", read.yes },
    ["exclusive"] = { "shared", read.exclusive }, ["oversubscribe"] = { "shared", read.one },
    ["share"] = { "shared", read.one },
    ["extra-node-info"] = { "shape", read.shape }, -- all three of the next
    ["sockets-per-node"] = { "sockets_per_node", read.count },
    ["cores-per-socket"] = { "cores_per_socket", read.count },
    ["threads-per-core"] = { "threads_per_core", read.count },
    ["gpus"] = { "tres_per_job", read.gpus }, ["gres"] = { "gres", read.gres },
    ["gpus-per-node"] = { "gpus_per_node", read.gpus },
    ["gpus-per-socket"] = { "tres_per_socket", read.gpus },
    ["gpus-per-task"] = { "tres_per_task", read.gpus },
    ["tres-per-task"] = { "tres_per_task", read.tres },
    ["cpus-per-gpu"] = { "cpus_per_tres", read.gpus },
    ["mem"] = { "min_mem_per_node", read.memory },
    ["mem-per-cpu"] = { "min_mem_per_cpu", read.memory },
    ["mem-per-gpu"] = { "mem_per_gpu", read.memory },
    ["time"] = { "time_limit", read.time }, ["array"] = { "array", read.yes },
    ["wrap"] = { "script", read.yes },
}

-- Joins the argument of an option, of which each use adds to what was said before.
local function joined(before, value)
    return before and before ~= value and before .. "," .. value or value
end

local SHAPE = { "sockets_per_node", "cores_per_socket", "threads_per_core" }

local function set_shape(job)
    for index, field in ipairs(SHAPE) do
        job[field] = job.shape[index]
    end
end

-- Takes { { name, value, from } } in the order given. `job` gets the fields, `by` who said
-- each. Options that decide nothing go to `unused`. Nil, or a sentence.
local function take(words, who, job, by, unused)
    for _, word in ipairs(words) do
        local option = OPTIONS[word.name]
        if option then
            local field, value, fault = option[1], option[2](word.value)
            if value == nil then
                return ("%s--%s: %s"):format(word.from and word.from .. ": " or "",
                    word.name, fault)
            end
            job[field] = option[2] == read.list and joined(job[field], value) or value
            by[field] = who
            if field == "shape" then
                set_shape(job)
            end
        elseif not unused[word.name] then
            unused[#unused + 1], unused[word.name] = word.name, true
        end
    end
end

local MEMORY = { "min_mem_per_node", "min_mem_per_cpu", "mem_per_gpu" }

-- Of the three ways to ask for memory one counts, and what the user wrote comes before what
-- the environment says.
local function settle_memory(job, by)
    for _, who in ipairs({ "user", "environment" }) do
        local found
        for _, field in ipairs(MEMORY) do
            if by[field] == who and found then
                return "--mem, --mem-per-cpu and --mem-per-gpu exclude each other"
            end
            found = by[field] == who and field or found
        end
        for _, field in ipairs(found and MEMORY or {}) do
            job[field] = field == found and job[field] or nil
            by[field] = field == found and "settled" or nil
        end
        if found then
            return nil
        end
    end
end

local function set_gres(job)
    local lists = {}
    lists[1] = job.gpus_per_node
    lists[#lists + 1] = job.gres ~= "none" and job.gres or nil
    job.tres_per_node = lists[1] and table.concat(lists, ",")
    if type(job.tres_per_task) == "table" then
        job.cpus_per_task = job.cpus_per_task or job.tres_per_task.cpus
        job.tres_per_task = job.tres_per_task.list
    end
    job.mem_per_tres = job.mem_per_gpu and "gres:gpu:" .. ("%d"):format(job.mem_per_gpu)
end

-- Sockets, cores and threads of all nodes, each a task; nil where none is asked for.
local function tasks_of_shape(job, nodes)
    local tasks
    for _, field in ipairs(SHAPE) do
        if job[field] then
            tasks = (tasks or math.max(nodes, 1)) * job[field]
        end
    end
    return tasks
end

local function set_hosts(job, hosts_of_file)
    if not job.req_nodes and hosts_of_file then
        job.req_nodes, job.by_list = hosts_of_file, true
    end
end

-- What sbatch counts since Slurm 23.11, and what older ones do.
local REPEATS = "a node that the list has several times has so many tasks; before Slurm 23.11 "
    .. "sbatch counts it once"
local OPEN = "as many nodes as --gpus needs have --ntasks-per-node tasks each; before Slurm 23.11 "
    .. "sbatch counts those of one node"
local PER_NODE = "the list says how many tasks there are; before Slurm 23.11 "
    .. "--ntasks-per-node does"

-- Fills in num_tasks, where no option gives it, and in `older` what older ones count.
local function count_tasks(job, nodes, listed, is_fixed, is_shaped)
    local each = is_fixed and job.ntasks_per_node and nodes * job.ntasks_per_node or nil
    job.num_tasks = not each and is_shaped and tasks_of_shape(job, nodes) or nil
    if not job.num_tasks and job.by_list then -- which says where each of them is
        job.num_tasks = select(2, job_size.named_hosts(job.req_nodes))
        job.older = job.num_tasks ~= listed and REPEATS or nil
    end
    if each and job.num_tasks and each ~= job.num_tasks then
        job.older = PER_NODE
    end
    job.num_tasks = job.num_tasks or each
end

-- Fills in min_nodes, num_tasks and min_cpus as sbatch does before it submits.
local function count(job)
    local range = job.nodes or {}
    local listed = job_size.named_hosts(job.req_nodes)
    local nodes, is_given = math.max(range.min or 1, listed or 0), range.min or listed
    local is_fixed = not range.max or range.max == range.min
    local is_shaped, leaves_nodes = (is_given or job.shape) and is_fixed, false
    job.min_nodes, job.max_nodes = is_given and nodes or nil, range.max
    if not job.num_tasks then
        count_tasks(job, nodes, listed, is_fixed, is_shaped)
        leaves_nodes = job.ntasks_per_node and not is_given and job.tres_per_job
            and job.tres_per_node
    end
    if is_given and job.num_tasks and job.num_tasks < nodes then
        nodes = job.num_tasks
        job.min_nodes, job.max_nodes = nodes, nodes
    end
    local tasks = job.num_tasks or is_shaped and math.max(nodes, 1) or 1
    job.min_cpus = job.overcommit and math.max(is_given and nodes or 1, 1)
        or tasks * (job.cpus_per_task or 1)
    if leaves_nodes and is_fixed then
        job.num_tasks, job.older = nil, OPEN
    end
end

local TEXTS = { "workspace", "experiment", "framework", "mount", "account", "partition",
    "qos", "wckey", "features", "reservation", "time_limit", "array", "script" }

local function request_of(job, asked)
    local request = { user = asked.user, uid = asked.uid, groups = asked.groups }
    for _, field in ipairs(TEXTS) do
        request[field] = job[field] ~= "" and job[field] or nil
    end
    for _, field in ipairs({ "workspace", "experiment", "framework", "mount" }) do
        request[field] = job[field] -- an empty name is a wrong one
    end
    request.licenses = job.licenses ~= "" and job.licenses or nil
    if job.resources and job.resources ~= "" then
        request.licenses = joined(request.licenses, job.resources)
    end
    for field, amount in pairs(job_size.of(job)) do
        request[field] = amount
    end
    return request
end

-- `asked`: { user, uid, groups, has_script, script and command ({ { name, value (nil: none),
-- from (where it stands; nil: on the command line) } }), environment ({ name = value, but of
-- SLURM_HOSTFILE the hosts that are in the file }) }.
-- Returns { request (as of submission.lua), cpus_per_task, unused (the names of the options
-- that decide nothing), notes (sentences) }; or nil and a sentence.
function sbatch_request.read(asked)
    local job, by, unused = { script = asked.has_script or nil }, {}, {}
    local fault = take(asked.script, "user", job, by, unused)
        or take(environment.words(asked.environment), "environment", job, by, {})
        or take(asked.command, "user", job, by, unused)
        or settle_memory(job, by)
    if fault then
        return nil, fault
    end
    job.mount = job.mount or environment.mounts(asked.environment)
    set_gres(job)
    set_hosts(job, asked.environment.SLURM_HOSTFILE)
    count(job)
    if job.by_list == false and by.by_list == "user" then
        unused[#unused + 1] = "distribution"
    end
    table.sort(unused)
    return { request = request_of(job, asked), cpus_per_task = job.cpus_per_task,
        unused = { (unpack or table.unpack)(unused) }, notes = job.older and { job.older } or nil }
end

return sbatch_request
