-- job_desc.lua: a job as slurmctld gives it to job_submit/lua, as a request of the policy;
-- and the policy's decision written back to it.

local job_desc = {}

local TEXT_MAX = 4096 -- bytes of any other field
local TEXTS = { "account", "partition", "wckey", "qos", "features", "reservation",
    "licenses" }

-- Slurm's numbers for "not given", of 16, 32 and 64 bits. INFINITE stays a number: it is
-- more than any limit.
local UNSET = { [65534] = true, [4294967294] = true, [18446744073709551614] = true }

local function number(given)
    given = tonumber(given)
    if given and not UNSET[given] and given >= 0 and given < 2 ^ 63 then
        return given
    end
end

-- The GPUs of a list such as "gres:gpu:a100:2,gres:shard:1"; nil when it names none.
local function gpus_of(list)
    local sum
    for item in (list or ""):sub(1, TEXT_MAX):gmatch("[^,]+") do
        local gpu = item:gsub("^gres[:/]", "")
        if gpu == "gpu" or gpu:find("^gpu[:=]") then
            sum = (sum or 0) + (tonumber(gpu:match("[:=](%d+)$")) or 1)
        end
    end
    return sum
end

-- Of the whole job. Without --nodes and --ntasks Slurm takes one of each.
local function gpus(job, nodes, tasks)
    local per_node, per_task = gpus_of(job.tres_per_node), gpus_of(job.tres_per_task)
    local per_socket = gpus_of(job.tres_per_socket)
    return gpus_of(job.tres_per_job)
        or per_node and per_node * (nodes or 1)
        or per_task and per_task * (tasks or 1)
        or per_socket and per_socket * (number(job.sockets_per_node) or 1) * (nodes or 1)
end

-- In MiB on each node, as --mem and --mem-per-cpu say it. One processor is Slurm's least.
local function memory(job, cpus)
    local per_cpu = number(job.min_mem_per_cpu)
    return number(job.min_mem_per_node) or per_cpu and per_cpu * (cpus or 1)
end

-- Adds to `asked` what the user said by Slurm's own options; nil where nothing was.
function job_desc.add_fields(asked, job)
    for _, field in ipairs(TEXTS) do
        local text = job[field]
        if text and #text > TEXT_MAX then
            asked.fault = "--" .. field .. " is longer than " .. TEXT_MAX .. " bytes"
        end
        asked[field] = text
    end
    asked.nodes, asked.tasks = number(job.min_nodes), number(job.num_tasks)
    asked.time_limit = number(job.time_limit)
    asked.gpus = gpus(job, asked.nodes, asked.tasks)
end

-- What only a new job has.
function job_desc.add_size(asked, job)
    local per_task = number(job.cpus_per_task)
    asked.cpus = number(job.min_cpus) or per_task and per_task * (asked.tasks or 1)
    asked.memory = memory(job, per_task)
    asked.array, asked.script = job.array_inx ~= nil, job.script ~= nil
end

local DECIDED = { "account", "partition", "wckey", "admin_comment", "qos", "time_limit",
    "features", "licenses", "reservation" }

-- Assigning nil to a field of job_desc raises an error. Only batch jobs have an
-- environment in slurmctld: that of srun and salloc is in the command that waits.
function job_desc.apply(job, decision)
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
