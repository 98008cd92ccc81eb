-- early_refusal.lua: what the site's cli_filter.lua calls: tells users of sbatch, salloc and srun
-- what slurmctld would refuse.
--
-- This is advice: slurmctld and the nodes decide. So nothing that goes wrong here stops a job,
-- and what the submit host does not know for sure (groups, what route does) is left to them.
-- The module and its function keep their names, since sites' files have them.

local early_refusal = {}

local SIZE_MAX = 4 * 1024 * 1024 -- bytes

local function read(path)
    local file = assert(io.open(path, "rb"))
    local text = file:read(SIZE_MAX)
    file:close()
    return text
end

local NOBODY = "99" -- what releases from 23.02 say where no --uid is given

local function own_uid()
    for line in io.lines("/proc/self/status") do
        local uid = line:match("^Uid:%s+(%d+)")
        if uid then
            return uid
        end
    end
end

-- $USER is what login made it; a user database that says otherwise makes it doubtful.
local function user_name(uid)
    local name = assert(os.getenv("USER"))
    uid = uid == NOBODY and own_uid() or uid
    for line in io.lines("/etc/passwd") do
        local known, number = line:match("^([^:]*):[^:]*:(%d+):")
        assert((known == name) == (number == uid))
    end
    return name
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

local function load_policy(path)
    local budget, engine = require("atelier.base.budget"), require("atelier.engine")
    local directory = path:match("^.*/")
    local loaded, policy = budget.call(budget.LOAD, engine.load, read(path), path,
        function(name) return read(directory .. name) end)
    return assert(loaded and policy)
end

local function request_of(options, given, policy)
    local asked = {
        user = user_name(tostring(options.uid)),
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

local function refusal_of(options, policy_file)
    local given = given_options(options)
    if not given.workspace and not asks_alone(given) then
        return nil
    end
    local budget, engine = require("atelier.base.budget"), require("atelier.engine")
    local policy = load_policy(policy_file)
    assert(given.workspace or not policy.default_workspace)
    local asked = request_of(options, given, policy)
    policy.route = nil
    local decided, decision, refusal =
        budget.call(budget.DECISION, engine.submit, policy, asked)
    return decided and not decision and not refusal.withheld and refusal.text
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

-- Of the options of slurm_cli_pre_submit: ends the command where the policy refuses the job.
function early_refusal.look(options, policy_file)
    local done, sentence = pcall(refusal_of, options, policy_file)
    if not done or not sentence then
        return slurm.SUCCESS
    end
    tell_and_end(sentence)
    return slurm.ERROR
end

return early_refusal
