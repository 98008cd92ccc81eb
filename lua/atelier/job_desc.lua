-- job_desc.lua: a job as slurmctld gives it to job_submit/lua, as a request of the policy;
-- and the policy's decision written back to it.

local request = require("atelier.request")
local size = require("atelier.size")

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
    local found = size.of(job)
    asked.nodes, asked.tasks, asked.gpus = found.nodes, found.tasks, found.gpus
    asked.time_limit = size.number(job.time_limit)
    return found
end

-- What a new job asks for, `options` being those of ours, and in `fault` what is wrong
-- with any.
function job_desc.submitted(options, job)
    local asked = { fault = options.fault }
    for _, list in ipairs({ request.OPTIONS, request.OTHERS }) do
        for _, option in ipairs(list) do
            asked[option] = options[option]
        end
    end
    local found = add(asked, job)
    for _, field in ipairs(TEXTS) do
        asked[field] = asked[field] ~= "" and asked[field] or nil
    end
    asked.cpus, asked.memory = found.cpus, found.memory
    asked.array, asked.script = job.array_inx ~= nil or nil, job.script ~= nil or nil
    return asked
end

-- To `asked`, what a job is to become.
function job_desc.add_changed(asked, job)
    add(asked, job)
end

-- Slurm logs an error about each field that a job of its own does not have.
local OF_RECORD = { account = "account", partition = "partition", wckey = "wckey",
    qos = "qos", features = "features", licenses = "licenses", reservation = "resv_name",
    min_nodes = "min_nodes", time_limit = "time_limit", tres_per_job = "tres_per_job",
    tres_per_node = "tres_per_node", tres_per_socket = "tres_per_socket",
    tres_per_task = "tres_per_task" }

-- To `asked`, what the job `record` of slurmctld has.
function job_desc.add_record(asked, record)
    add(asked, setmetatable({}, { __index = function(_, field)
        return OF_RECORD[field] and record[OF_RECORD[field]]
    end }))
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
