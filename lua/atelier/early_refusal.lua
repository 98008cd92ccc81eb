-- early_refusal.lua: what the site's cli_filter.lua calls: tells users of sbatch, salloc and srun
-- what slurmctld would refuse.
--
-- This is advice: slurmctld and the nodes decide. So nothing that goes wrong here stops a job,
-- and what the submit host does not know for sure (groups, what route does, who somebody is) is
-- left to them.
-- The module and its function keep their names, since sites' files have them.

local early_refusal = {}

local SIZE_MAX = 4 * 1024 * 1024 -- bytes

local function read(path)
    local file, reason = io.open(path, "rb")
    if not file then
        error(reason, 0)
    end
    local text = file:read(SIZE_MAX)
    file:close()
    return text
end

local NOBODY = "99" -- what releases from 23.02 say where no --uid is given
local ROOT = "0" -- which may submit for whom it wants, for user 99, too

-- The real uid of the command; nil where it submits for another.
local function submitter(options)
    local uid
    for line in io.lines("/proc/self/status") do
        uid = uid or line:match("^Uid:%s+(%d+)")
    end
    local said = tostring(options.uid)
    return uid ~= ROOT and (said == uid or said == NOBODY) and uid or nil
end

-- Whether the user database has this name for the uid: $USER is what somebody made it. It is
-- asked when a refusal is about to be said, so that it costs nobody else its time.
local function is_name_of(user, uid)
    return require("atelier.slurmctld.trust").user_name(tonumber(uid)) == user
end

-- Where there is a route, it may still set what is over a limit here.
local function add_size(asked, options)
    asked.nodes = tonumber(tostring(options.nodes):match("^(%d+)"))
    asked.time_limit = require("atelier.base.duration").minutes(options.time)
end

-- Of a flag Slurm says "set" or "unset".
local function given_options(options)
    local given = {}
    for option, value in pairs((options.spank or {}).atelier or {}) do
        given[option] = value
    end
    given.check = given.check == "set" and "1" or nil
    return given
end

-- Of a step the job's workspace may be meant.
local function asks_alone(given)
    return next(given) ~= nil and not given.workspace and not os.getenv("SLURM_JOB_ID")
end

-- Of a call that did not end well: of budget.call's first two values.
local function failure_of(done, what, said)
    return done == nil and "the policy takes too long to " .. what .. " (" .. said .. ")" or said
end

local function load_policy(path)
    local budget, engine = require("atelier.base.budget"), require("atelier.engine")
    local directory = path:match("^.*/")
    local loaded, policy, problems = budget.call(budget.LOAD, engine.load, read(path), path,
        function(name) return read(directory .. name) end)
    if not loaded then
        error(failure_of(loaded, "load", policy), 0)
    end
    return policy or error(problems[1], 0)
end

local function request_of(options, given, policy)
    local asked = {
        user = os.getenv("USER"),
        account = options.account, partition = options.partition, wckey = options.wckey,
        qos = options.qos,
    }
    for option, value in pairs(given) do
        asked[option:gsub("-", "_")] = value
    end
    if not policy.route then
        add_size(asked, options)
    end
    return asked
end

-- The sentence of a refusal; or nil, and why the job was not looked at.
local function refusal_of(options, policy_file)
    local given = given_options(options)
    if not given.workspace and not asks_alone(given) then
        return nil
    end
    local uid = submitter(options)
    if not uid then
        return nil, "it is submitted by root, or for another user"
    end
    local budget, engine = require("atelier.base.budget"), require("atelier.engine")
    local policy = load_policy(policy_file)
    if not given.workspace and policy.default_workspace then
        return nil, "whose default workspace is whose is known to slurmctld"
    end
    local asked = request_of(options, given, policy)
    policy.route = nil
    local decided, decision, refusal =
        budget.call(budget.DECISION, engine.submit, policy, asked)
    if not decided then
        error(failure_of(decided, "decide", decision), 0)
    elseif decision or refusal.withheld then
        return nil
    elseif not is_name_of(asked.user, uid) then
        return nil, "$USER is not the name that the user database has for uid " .. uid
    end
    return refusal.text
end

-- Slurm would put "lua: " before the sentence, and a line about the plugin behind it.
local function tell_and_end(sentence)
    local file = io.open("/proc/self/comm")
    local command = file and file:read("*l") or "slurm"
    if file then
        file:close()
    end
    io.stderr:write(command, ": error: atelier: ", sentence, "\n")
    local status = tonumber(os.getenv("SLURM_EXIT_ERROR") or "")
    os.exit(status and status ~= 0 and status or 1)
end

-- Users are not to be stopped or frightened by what an administrator has to mend, who finds it
-- with `sbatch -v`.
local function tell_administrator(reason)
    slurm.log_verbose("%s", "atelier: cli_filter leaves this job to slurmctld: " .. tostring(reason))
end

-- Of the options of slurm_cli_pre_submit: ends the command where the policy refuses the job.
function early_refusal.look(options, policy_file)
    local done, sentence, reason = pcall(refusal_of, options, policy_file)
    if done and sentence then
        tell_and_end(sentence)
        return slurm.ERROR
    elseif not done or reason then
        tell_administrator(reason or sentence)
    end
    return slurm.SUCCESS
end

return early_refusal
