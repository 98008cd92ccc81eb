-- slurm.lua: between slurmctld's job_submit/lua and the engine; the one module that knows
-- `slurm` and job_desc.
--
-- A site with a job_submit.lua of its own calls two functions from it and returns what
-- they return when that is not slurm.SUCCESS:
--
--     local atelier = require("atelier.slurm")
--     atelier.submit(job_desc, part_list, submit_uid)
--     atelier.modify(job_desc, job_rec, part_list, modify_uid)
--
-- Both never raise an error: Slurm up to 25.11 admits a job as it stands when the script
-- fails, so every failure is turned into a refusal here. Jobs that use none of our
-- options are left alone, whatever state policy and engine are in: the engine is not even
-- loaded.

local bridge = {}

bridge.policy_file = "/etc/atelier/policy.lua" -- job_submit.lua sets the configured one

local PREFIX = "_SLURM_SPANK_OPTION_atelier_"
local ENTRY_MAX = 512 -- bytes of an option that are looked at; a longer value is no name
local PROBLEMS_LOGGED = 20
local KNOWN = { workspace = true, experiment = true, framework = true }

-- Newer releases of Slurm know more error codes than older ones.
local function code_of(refusal)
    return slurm[refusal.code] or slurm.ERROR
end

local function refuse(refusal, who)
    slurm.log_user("%s", refusal.text)
    slurm.log_info("%s", "atelier: refused user=" .. tostring(who) .. " error=\""
        .. refusal.text .. "\"")
    return code_of(refusal)
end

-- Adds what one entry of the job's SPANK environment says. An option that is there twice
-- with two values was forged: slurmctld and the node could each take another one.
local function add_option(asked, entry)
    local equals = entry:find("=", 1, true) or #entry + 1
    local option = entry:sub(#PREFIX + 1, equals - 1)
    local given = entry:sub(equals + 1)
    if given == "(null)" then -- Slurm's word for an option without argument
        given = ""
    end
    if not KNOWN[option] then
        asked.fault = "the policy of this cluster is older than the command: it does not "
            .. "know all of its options"
    elseif asked[option] ~= nil and asked[option] ~= given then
        asked.fault = "--" .. option .. " is given twice with different values"
    end
    asked[option] = given
end

-- What the job asks for with our options; nil when it uses none. Slurm's array begins at
-- index 0, so that ipairs and # would miss its first entry.
local function options(job_desc)
    local asked
    for _, entry in pairs(job_desc.spank_job_env or {}) do
        if type(entry) == "string" and entry:sub(1, #PREFIX) == PREFIX then
            asked = asked or {}
            add_option(asked, entry:sub(1, ENTRY_MAX))
        end
    end
    return asked
end

local function log_news(policy, problems)
    if policy then
        slurm.log_info("%s", "atelier: " .. bridge.policy_file .. " is in force, "
            .. #policy.names .. " workspaces")
        return
    end
    for index = 1, math.min(#problems, PROBLEMS_LOGGED) do
        slurm.log_error("%s", "atelier: " .. problems[index])
    end
    if #problems > PROBLEMS_LOGGED then
        slurm.log_error("%s", "atelier: and " .. #problems - PROBLEMS_LOGGED .. " more")
    end
end

-- The policy; or nil and a refusal that tells the user whom to ask, and the administrator
-- where to look, but not what the policy says.
local function current_policy()
    local policy, problems, news = require("atelier.file").current(bridge.policy_file)
    if news then
        log_news(policy, problems)
    end
    if policy then
        return policy
    end
    local file = bridge.policy_file:match("[^/]*$")
    local line = problems[1]:match("^[^:]*:(%d+):")
        or problems[1]:match("%([^:()]*:(%d+)%)")
    return nil, {
        code = "ESLURM_ACCESS_DENIED",
        text = "the site's policy cannot be used at the moment (" .. file
            .. (line and ":" .. line or "") .. "): tell your administrator",
    }
end

-- What the user said by Slurm's own options.
local function add_fields(asked, job_desc)
    asked.account, asked.partition = job_desc.account, job_desc.partition
    asked.wckey, asked.qos = job_desc.wckey, job_desc.qos
end

local DECIDED = { "account", "partition", "wckey", "admin_comment" }

-- Assigning nil to a field of job_desc raises an error.
local function apply(job_desc, decision)
    for _, field in ipairs(DECIDED) do
        if decision[field] ~= nil and decision[field] ~= job_desc[field] then
            job_desc[field] = decision[field]
        end
    end
end

local function submit(job_desc)
    local asked = options(job_desc)
    if not asked then
        return slurm.SUCCESS
    end
    local who = job_desc.user_name
    if asked.fault then
        return refuse({ code = "ESLURM_ACCESS_DENIED", text = asked.fault }, who)
    end
    local policy, refusal = current_policy()
    if not policy then
        return refuse(refusal, who)
    end
    add_fields(asked, job_desc)
    asked.user, asked.uid = who, job_desc.user_id
    local decision
    decision, refusal = require("atelier.engine").submit(policy, asked)
    if not decision then
        return refuse(refusal, who)
    end
    apply(job_desc, decision)
    return slurm.SUCCESS
end

-- Root may write any comment; what a node writes about a failure is added to the record.
local function modify_by_root(job_desc, comment)
    local admin_comment = require("atelier.admin_comment")
    local sentence = admin_comment.failure(job_desc.admin_comment)
    if sentence then
        job_desc.admin_comment = admin_comment.with_failure(comment, sentence)
    end
    return slurm.SUCCESS
end

local function modify(job_desc, job_rec, modify_uid)
    local comment = job_rec.admin_comment
    if not require("atelier.admin_comment").is_ours(comment) then
        return slurm.SUCCESS
    elseif modify_uid == 0 then
        return modify_by_root(job_desc, comment)
    end
    local job = { account = job_rec.account, partition = job_rec.partition,
        wckey = job_rec.wckey, admin_comment = comment }
    local asked = options(job_desc) or {}
    add_fields(asked, job_desc)
    asked.uid, asked.slurm_uid = modify_uid, require("atelier.trust").own_uid()
    asked.admin_comment = job_desc.admin_comment
    local engine = require("atelier.engine")
    if not engine.is_guarded(asked, job) then
        return slurm.SUCCESS
    end
    local who = "uid " .. tostring(modify_uid)
    local policy, refusal = current_policy()
    if not policy then
        return refuse(refusal, who)
    end
    local allowed
    allowed, refusal = engine.modify(policy, asked, job)
    return allowed and slurm.SUCCESS or refuse(refusal, who)
end

-- Calls `decide`; an error, or anything but a number, is a refusal.
local function guarded(decide, ...)
    local done, code = pcall(decide, ...)
    if done and type(code) == "number" then
        return code
    end
    pcall(slurm.log_error, "%s", "atelier: the policy engine failed, the job is refused: "
        .. tostring(code))
    pcall(slurm.log_user, "%s", "the policy engine failed, so the job is refused: "
        .. "tell your administrator")
    return slurm.ERROR
end

-- As slurm_job_submit: decides and fills account, partition, wckey and admin_comment of a
-- job that uses our options. Returns slurm.SUCCESS or a Slurm error code.
function bridge.submit(job_desc, _part_list, _submit_uid)
    return guarded(submit, job_desc)
end

-- As slurm_job_modify, for jobs that have our record.
function bridge.modify(job_desc, job_rec, _part_list, modify_uid)
    return guarded(modify, job_desc, job_rec, modify_uid)
end

return bridge
