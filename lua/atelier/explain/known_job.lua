-- known_job.lua: a job that Slurm knows, for `atelier policy explain --job`.

local agreed = require("atelier.base.agreed")
local copy = require("atelier.base.copy")

local known_job = {}

local MARK = "\31"

-- slurmctld knows jobs that have ended, too, for some minutes. The admin comment is the last
-- field, since it may hold anything.
local CONTROLLER = { "user", "account", "partition", "wckey", "qos", "time_limit", "nodes",
    "tres", "features", "reservation", "batch", "state", "admin_comment" }
local CONTROLLER_FORMAT = table.concat({ "UserName:255", "Account:255", "Partition:1024",
    "WCKey:255", "QOS:255", "TimeLimit:64", "NumNodes:64", "tres-alloc:1024", "Feature:1024",
    "Reservation:255", "BatchFlag:8", "State:64", "admin_comment:" .. agreed.RECORD_COLUMN },
    MARK .. ",")

local ACCOUNTING = { "id", "user", "account", "partition", "wckey", "qos", "time_limit", "nodes",
    "tres", "features", "reservation", "state", "admin_comment" }
local ACCOUNTING_FORMAT = "JobID,User,Account,Partition,WCKey,QOS,TimelimitRaw,ReqNodes,ReqTRES,"
    .. "Constraints,Reservation,State,AdminComment"

-- squeue pads its fields; those of the accounting have no blank at their ends.
local function trimmed(row)
    local job = {}
    for key, text in pairs(row) do
        job[key] = text:match("^(.-) *$")
    end
    job.script = job.batch == "1"
    return job
end

-- A job is a batch job when one of its rows is a step of the name "ID.batch".
local function with_script(rows)
    local job = copy.of(rows[1])
    job.script = false
    for _, row in ipairs(rows) do
        job.script = job.script or row.id:match("%.([^.]*)$") == "batch"
    end
    return job
end

-- The job as replay.lua takes it, without uid and groups. slurmctld is asked first, since it
-- alone has the record of a job that has not ended; then the accounting. Of an array or a
-- heterogeneous job it is the first that is found.
local function row_of(known)
    if known.controller and known.controller[1] then
        return trimmed(known.controller[1])
    end
    return known.accounting and known.accounting[1] and with_script(known.accounting)
end

-- Returns the questions about job `id`, and whether all that is needed is known.
function known_job.ask(id, known)
    local questions = { { name = "controller", optional = true, mark = MARK,
        fields = CONTROLLER, argv = { "squeue", "--noheader", "--states=all", "--jobs", id,
            "--Format", CONTROLLER_FORMAT } } }
    local job = row_of(known)
    if job then
        questions[2] = { name = "person", source = "person", user = job.user }
    elseif known.controller or known.faults.controller then
        questions[2] = { name = "accounting", mark = MARK, fields = ACCOUNTING,
            argv = { "sacct", "-P", "--delimiter=" .. MARK, "-n", "-j", id, "-o",
                ACCOUNTING_FORMAT } }
    end
    return questions, job and known.person or known.accounting and not job
end

-- Returns the answer, or nil and a sentence.
function known_job.decide(policy, id, known)
    local job = row_of(known)
    if not job then
        return nil, "neither slurmctld nor Slurm's accounting knows job " .. id
    end
    job.uid, job.groups = known.person.uid, known.person.groups
    local answer, fault = require("atelier.explain.replay").job(policy, job)
    if not answer then
        return nil, "job " .. id .. ": " .. fault
    end
    answer.job = id
    return answer
end

return known_job
