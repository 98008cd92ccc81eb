-- job_desc.lua: a job as slurmctld gives it to job_submit/lua, as a request of the policy;
-- and the policy's decision written back to it.

local gpus = require("atelier.decide.gpus")
local request = require("atelier.decide.request")
local job_size = require("atelier.decide.job_size")

local job_desc = {}

local TEXT_MAX = 4096 -- bytes of any other field
local TEXTS = { "account", "partition", "wckey", "qos", "features", "reservation",
    "licenses" }

-- Adds what the user said by Slurm's own options; nil where nothing was.
local function add(asked, job)
    for _, field in ipairs(TEXTS) do
        local text = job[field]
        if text and #text > TEXT_MAX then
            asked.fault = "--" .. field .. " is longer than " .. TEXT_MAX .. " bytes"
        end
        asked[field] = text
    end
    asked.time_limit = job_size.number(job.time_limit)
end

-- What a new job asks for, `options` being those of ours, and in `fault` what is wrong
-- with any.
function job_desc.submitted(options, job)
    local asked = { fault = options.fault }
    for _, option in ipairs(request.OPTIONS) do
        asked[option] = options[option]
    end
    add(asked, job)
    for _, field in ipairs(TEXTS) do
        asked[field] = asked[field] ~= "" and asked[field] or nil
    end
    for field, amount in pairs(job_size.of(job)) do
        asked[field] = amount
    end
    asked.array, asked.script = job.array_inx ~= nil or nil, job.script ~= nil or nil
    return asked
end

-- Slurm logs an error about each field that a job of its own does not have.
local OF_RECORD = { account = "account", partition = "partition", wckey = "wckey",
    qos = "qos", features = "features", licenses = "licenses", reservation = "resv_name",
    time_limit = "time_limit", min_nodes = "min_nodes", max_nodes = "max_nodes",
    min_cpus = "min_cpus", tres_per_job = "tres_per_job",
    tres_per_node = "tres_per_node", tres_per_socket = "tres_per_socket",
    tres_per_task = "tres_per_task", cpus_per_tres = "cpus_per_tres",
    min_mem_per_node = "min_mem_per_node", min_mem_per_cpu = "min_mem_per_cpu",
    mem_per_tres = "mem_per_tres" }

-- The record does not say how many tasks have the GPUs of --gpus-per-task: Slurm's count
-- of all of them does, where it accounts for GPUs.
local function tasks_of_record(record)
    local each, counted = gpus.count(record.tres_per_task), record.tres_fmt_req_str
    local all = each and gpus.count(counted)
    return each and (all and math.ceil(all / math.max(each, 1)) or gpus.MANY)
end

local function of_record(record)
    return setmetatable({}, { __index = function(_, field)
        if field == "num_tasks" then
            return tasks_of_record(record)
        end
        return OF_RECORD[field] and record[OF_RECORD[field]]
    end })
end

-- To `asked`, what the job `record` of slurmctld has.
function job_desc.add_record(asked, record)
    local job = of_record(record)
    add(asked, job)
    for field, amount in pairs(job_size.of(job)) do
        asked[field] = amount
    end
end

-- Fields of job_desc that say how large a job is.
local SIZES = { "min_nodes", "max_nodes", "num_tasks", "min_cpus", "max_cpus",
    "cpus_per_task", "ntasks_per_node", "ntasks_per_socket", "ntasks_per_tres",
    "sockets_per_node", "req_nodes", "shared", "tres_per_job", "tres_per_node",
    "tres_per_socket", "tres_per_task", "cpus_per_tres" }

-- What `job` gives of a field: a number or a text; nil for nothing.
local function given(job, field)
    local value = job[field]
    return job_size.number(value) or type(value) == "string" and not tonumber(value) and value
        or nil
end

-- To `asked`, what a job is to become; in `size` all that job_size.of says of it then, when
-- anything of that is to change, and in its `grows` whether it may get more nodes than
-- `record` has.
function job_desc.add_changed(asked, job, record)
    local before, resized = of_record(record), false
    add(asked, job)
    for _, field in ipairs(SIZES) do
        resized = resized or given(job, field) ~= nil
    end
    if not resized then
        return
    end
    asked.size = job_size.of(setmetatable({}, { __index = function(_, field)
        local value = given(job, field)
        if value == nil and field == "num_tasks" and given(job, "tres_per_task") then
            return before.num_tasks or gpus.MANY -- the record does not say how many have them
        end
        return value == nil and before[field] or value
    end }))
    local most, had = asked.size.max_nodes, job_size.number(before.max_nodes) or 0
    asked.size.grows = had == 0 or not most or most > had
    asked.size.is_component = (job_size.number(record.het_job_id) or 0) > 0 or nil
end

local DECIDED = { "account", "partition", "wckey", "admin_comment", "qos", "time_limit",
    "features", "licenses", "reservation" }

local MIN_NODES = 512 -- of job_desc.bitflags: --use-min-nodes, the same since 18.08

-- Slurm gives a job with a most of nodes as many as it can, and one without no more than
-- it needs: so it is to stay where the user gave no most.
local function prefer_few_nodes(job)
    local flags = tonumber(job.bitflags) or 0
    if math.floor(flags / MIN_NODES) % 2 == 0 then
        job.bitflags = flags + MIN_NODES
    end
end

local function is_open(nodes)
    return (job_size.number(nodes) or 0) == 0
end

-- Bounds the nodes of a job, of a new one or of one that changes.
function job_desc.set_max_nodes(job, nodes)
    if is_open(job.max_nodes) then
        prefer_few_nodes(job)
    end
    if job_size.number(job.min_nodes) == nil and job_size.hosts(job.req_nodes) then
        job.min_nodes = job_size.hosts(job.req_nodes) -- Slurm compares it without a look
    end
    job.max_nodes = nodes
end

-- Assigning nil to a field of job_desc raises an error. Only batch jobs have an
-- environment in slurmctld: that of srun and salloc is in the command that waits.
function job_desc.apply(job, decision)
    if decision.max_nodes and decision.max_nodes ~= job.max_nodes then
        job_desc.set_max_nodes(job, decision.max_nodes)
    end
    for _, field in ipairs(DECIDED) do
        if decision[field] ~= nil and decision[field] ~= job[field] then
            job[field] = decision[field]
        end
    end
    for name, value in pairs(decision.environment or {}) do
        job.environment[name] = value
    end
end

return job_desc
