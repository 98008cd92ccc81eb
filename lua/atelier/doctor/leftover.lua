-- leftover.lua: whether Atelier may be taken away from this machine: nothing of Slurm asks for
-- it any more, and no job needs it.

local agreed = require("atelier.base.agreed")
local plugstack = require("atelier.doctor.plugstack")

local leftover = {}

local SCRIPTS = { "job_submit.lua", "cli_filter.lua" }

-- Columns of Slurm's words alone, of which the last ends where a record begins: a job's name
-- cannot look like one.
local JOBS = { name = "jobs", optional = true, argv = { "squeue", "--noheader", "--all",
    "--states=all", "--Format", "State:32,admin_comment:8" } }
local RECORD = agreed.RECORD_MARK

local function directory_of(path)
    return path:match("^(.*)/")
end

function leftover.ask(known)
    local questions = { JOBS,
        { name = "slurm", argv = { "scontrol", "show", "config" }, optional = true },
        { name = "keepers", source = "keepers", optional = true } }
    plugstack.ask(questions, known)
    if known.plugstack then
        local paths = {}
        for index, script in ipairs(SCRIPTS) do
            paths[index] = directory_of(known.plugstack.path) .. "/" .. script
        end
        -- Comments count, too: whoever reads on finds nothing in force, and takes them out.
        questions[#questions + 1] = { name = "scripts", source = "mentions", word = "atelier",
            paths = paths }
    end
    return questions
end

-- Slurm remembers jobs for a while after their end.
local function is_left(state)
    local words = agreed.JOB_STATES_GOING_ON .. " " .. agreed.JOB_STATES_LEFT
    for word in words:gmatch("%S+") do
        if state:sub(1, #word) == word then
            return true
        end
    end
    return false
end

local function count_jobs(text)
    local count = 0
    for line in text:gmatch("[^\n]+") do
        local state, record = line:match("^%s*(%S+)%s+(%S+)")
        count = count + (record and record:sub(1, #RECORD) == RECORD and is_left(state) and 1 or 0)
    end
    return count
end

local check = {}

function check.jobs(known)
    local count = known.jobs and count_jobs(known.jobs)
    if not count then
        return false, known.faults.jobs
    elseif count > 0 then
        return false, ("%d job%s of workspaces in the queue: wait for the end, or cancel: their "
            .. "next steps would not find their volumes and ranks"):format(count,
            count == 1 and " is" or "s are")
    end
    return true, "no job of a workspace is in the queue"
end

function check.keepers(known)
    local keepers = known.keepers
    if not keepers then
        return false, known.faults.keepers
    elseif keepers.count > 0 then
        return false, ("%d keeper%s of jobs here, the first in %s: each ends with its job, or a few "
            .. "minutes later where the plugin is gone"):format(keepers.count,
            keepers.count == 1 and " is" or "s are", keepers.first)
    end
    return true, "no keeper lives on this machine"
end

function check.line(known)
    local stack = known.plugstack
    if stack.fault then
        return false, stack.fault
    elseif stack.line then
        return false, ("%s:%d still loads the plugin%s: take the line out on all machines, and "
            .. "restart slurmd"):format(stack.line.file, stack.line.number,
            stack.line.required and ", and without the file nothing would start" or "")
    end
    return true, ("no line of %s loads the plugin"):format(stack.path)
end

function check.scripts(known)
    if known.scripts[1] then
        return false, known.scripts[1] .. " asks Atelier's policy: take that out of it, or the file "
            .. "and its line of slurm.conf away"
    end
    return true, ("no script in %s asks the policy"):format(directory_of(known.plugstack.path))
end

-- The list of { check, good, text }.
function leftover.check(known)
    local findings = {}
    for index, name in ipairs({ "jobs", "keepers", "line", "scripts" }) do
        local good, text = check[name](known)
        findings[index] = { check = name, good = good, text = text }
    end
    return findings
end

return leftover
