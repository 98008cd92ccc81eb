-- bridge.lua: between slurmctld's job_submit/lua and the engine: it refuses, logs and tells
-- users through `slurm`, and reads and fills job_desc by job_desc.lua.

local bridge = {}

bridge.policy_file = "/etc/atelier/policy.lua" -- job_submit.lua sets the configured one
bridge.slurm_directory = "/etc/slurm" -- and where slurm.conf lies, unless slurmctld says

local PROBLEMS_LOGGED = 20
local PENDING = 0 -- of Slurm's job states: the one in which a number of nodes is a wish

-- Newer releases of Slurm have more names for their error codes than 22.05, whose clients
-- know the numbers all the same (slurm_errno.h).
local NUMBERS = {
    ESLURM_INVALID_PARTITION_NAME = 2000, ESLURM_ACCESS_DENIED = 2002,
    ESLURM_INVALID_QOS = 2066, ESLURM_INVALID_WCKEY = 2057,
}

local function code_of(refusal)
    return slurm[refusal.code] or NUMBERS[refusal.code] or slurm.ERROR
end

local function refuse(refusal, who)
    slurm.log_user("%s", "atelier: " .. refusal.text)
    slurm.log_info("%s", "atelier: refused user=" .. tostring(who) .. " error=\""
        .. (refusal.withheld or refusal).text .. "\"")
    return code_of(refusal)
end

local function log_news(policy, problems)
    if not problems then
        slurm.log_info("%s", "atelier: " .. bridge.policy_file .. " is in force, "
            .. #policy.names .. " workspaces")
        return
    end
    if policy then
        slurm.log_error("%s", "atelier: " .. bridge.policy_file .. " cannot be used, the "
            .. "policy of before stays in force")
    end
    for index = 1, math.min(#problems, PROBLEMS_LOGGED) do
        slurm.log_error("%s", "atelier: " .. problems[index])
    end
    if #problems > PROBLEMS_LOGGED then
        slurm.log_error("%s", "atelier: and " .. #problems - PROBLEMS_LOGGED .. " more")
    end
end

-- "policy.lua:12", as far as it is known where the newest file is wrong.
local function place_of(problems)
    local line = problems[1]:match("^[^:]*:(%d+):")
        or problems[1]:match("%([^:()]*:(%d+)%)")
    return bridge.policy_file:match("[^/]*$") .. (line and ":" .. line or "")
end

-- The policy in force; or nil and a refusal. The third value is where the file is broken,
-- when an older policy is in force. A user is told whom to ask, and the administrator
-- where to look, but not what the policy says.
local function current_policy()
    local policy, problems, news = require("atelier.slurmctld.policy_file").current(bridge.policy_file)
    if news then
        log_news(policy, problems)
    end
    if policy then
        return policy, nil, problems and place_of(problems)
    end
    return nil, {
        code = "ESLURM_ACCESS_DENIED",
        text = "the site's policy cannot be used at the moment (" .. place_of(problems)
            .. "): tell your administrator",
    }
end

-- As current_policy, but refuses what is asked for in a wrong form.
local function policy_for(asked)
    if asked.fault then
        return nil, { code = "ESLURM_ACCESS_DENIED", text = asked.fault }
    end
    return current_policy()
end

local function tell_of_broken_file(place)
    slurm.log_user("%s", "atelier: the site's policy file is broken (" .. place .. "), so the "
        .. "policy of before decided: tell your administrator")
end

-- Calls a function of the engine within the budget. Errors go up to `guarded`.
local function decide(policy, which, ...)
    local budget = require("atelier.base.budget")
    local done, decision, refusal = budget.call(budget.DECISION,
        require("atelier.engine")[which], policy, ...)
    if done == false then
        error(decision, 0)
    elseif done == nil then
        return nil, require("atelier.policy.hook").endless(policy.source:explain(decision .. ": "))
    end
    if refusal and refusal.detail then
        slurm.log_error("%s", "atelier: " .. tostring(refusal.file) .. ":"
            .. tostring(refusal.line) .. ": " .. refusal.detail)
    end
    return decision, refusal
end

local told_of, told_at -- the last sentence about default_workspace

-- Everybody's jobs come here, so that the same sentence is logged once a minute.
local function log_failure(failure)
    local sentence = "atelier: " .. require("atelier.policy.hook").left_alone(failure)
    if told_of ~= sentence or os.time() - told_at >= 60 then
        told_of, told_at = sentence, os.time()
        slurm.log_error("%s", sentence)
    end
end

-- Nil where the policy does not ask for them, or while nobody can tell them: then Slurm's
-- own associations and the nodes see who is a member.
local function groups_for(policy, asked, is_fresh)
    if not policy.has_groups then
        return nil
    end
    local groups, is_news = require("atelier.slurmctld.user_groups").of(asked.uid, is_fresh)
    if is_news then
        slurm.log_error("%s", "atelier: id does not tell the groups of user "
            .. tostring(asked.user or asked.uid) .. ": the policy decides without them")
    end
    return groups
end

-- Without options only a default workspace makes a job ours: where the policy has none,
-- cannot be used, or cannot say which, the job is left alone.
local function has_default_workspace(job_desc)
    local done, policy = pcall(current_policy)
    if not done or not policy or not policy.default_workspace then
        return false
    end
    local asked, failure = { user = job_desc.user_name, uid = job_desc.user_id,
        account = job_desc.account }, nil
    asked.groups = groups_for(policy, asked)
    local budget = require("atelier.base.budget")
    done, failure = budget.call(budget.DECISION,
        require("atelier.engine").default_failure, policy, asked)
    if done == nil then
        failure = require("atelier.policy.hook").endless(policy.source:explain(failure .. ": "))
    elseif not done then
        error(failure, 0)
    end
    if failure then
        log_failure(failure)
    end
    return not failure
end

-- A heterogeneous job's components count together.
local function add_components(asked)
    local before = require("atelier.slurmctld.heterogeneous_job").before(asked.uid, os.time())
    asked.is_component = true
    if before then
        asked.nodes_beside, asked.gpus_beside = before.nodes, before.gpus
    end
end

-- A refusal is decided again with fresh groups: the user may have been made a member since.
local function decide_by_groups(policy, asked)
    asked.groups = groups_for(policy, asked)
    local decision, refusal = decide(policy, "submit", asked)
    local known = asked.groups
    asked.groups = known and not decision and groups_for(policy, asked, true) or known
    if asked.groups == known then
        return decision, refusal
    end
    return decide(policy, "submit", asked)
end

local FILES = { std_out = "--output", std_err = "--error", std_in = "--input",
    work_dir = "--chdir" }

-- "/" for "//" and "/./", of what stands between two names of a path.
local function plain(between)
    return not between:find("..", 1, true) and "/" or nil
end

-- Warns of the likeliest slip: a job without a workspace cannot open files on a volume, and so
-- has nowhere to say why.
local function warn_of_volumes(job_desc)
    local root = require("atelier.slurmctld.private_places").mount_root(bridge.slurm_directory) .. "/"
    for field, option in pairs(FILES) do
        local path = job_desc[field]
        path = type(path) == "string" and path:gsub("/[./]*/", plain)
        if path and path:sub(1, #root) == root then
            slurm.log_user("%s", "atelier: " .. option .. " is on a volume (" .. root
                .. "), but the job has no workspace, so it will find no such path: submit "
                .. "it with --workspace")
            return
        end
    end
end

-- Told here already: the job may wait for long before a node can.
local function warn_of_private_places(policy, asked, decision)
    local function volumes()
        local entered = require("atelier.decide.scope").enter(policy, decision.workspace, asked)
        return entered and entered.volumes
    end
    local fault = require("atelier.slurmctld.private_places").fault(bridge.slurm_directory, volumes)
    if fault then
        slurm.log_user("%s", "atelier: " .. fault)
    end
end

local function submit(job_desc)
    local fields, spank_env = require("atelier.slurmctld.job_desc"), require("atelier.slurmctld.spank_env")
    local who = job_desc.user_name
    local is_component = require("atelier.slurmctld.heterogeneous_job").is_one(job_desc)
    local excess = spank_env.excess(job_desc)
    if excess then
        return refuse({ code = "ESLURM_ACCESS_DENIED", text = excess }, who)
    end
    local asked = spank_env.options(job_desc)
    if not asked and not has_default_workspace(job_desc) then
        pcall(warn_of_volumes, job_desc)
        return slurm.SUCCESS
    end
    asked = fields.submitted(asked or {}, job_desc)
    local policy, refusal, broken_at = policy_for(asked)
    local decision
    if policy then
        asked.user, asked.uid = who, job_desc.user_id
        if is_component then
            add_components(asked)
        end
        decision, refusal = decide_by_groups(policy, asked)
    end
    if decision and decision.workspace then
        refusal = require("atelier.decide.framework_room").refuses(policy, asked, decision)
        decision = not refusal and decision or nil
    end
    if not decision then
        return refuse(refusal, who)
    end
    if decision.most then
        require("atelier.slurmctld.heterogeneous_job").add(asked.uid, decision.most, os.time())
    end
    fields.apply(job_desc, decision)
    if not decision.workspace then
        warn_of_volumes(job_desc)
    end
    if broken_at and decision.workspace then
        tell_of_broken_file(broken_at)
    end
    if decision.workspace then
        pcall(warn_of_private_places, policy, asked, decision)
    end
    return slurm.SUCCESS
end

-- Slurm lets root and its administrators alone write a comment, and replaces the older one. So what
-- is no record of ours is put behind the job's: a node's sentence about a failure, which root
-- sends, or words.
local function keep_record(job_desc, comment, modify_uid)
    local admin_comment = require("atelier.decide.admin_comment")
    local given = job_desc.admin_comment
    if given == nil or admin_comment.is_ours(given) then
        return
    end
    local sentence = modify_uid == 0 and admin_comment.failure(given)
    job_desc.admin_comment = sentence and admin_comment.with_failure(comment, sentence)
        or admin_comment.with_comment(comment, given)
end

local function modify(job_desc, job_rec, modify_uid)
    local comment = job_rec.admin_comment
    if not require("atelier.decide.admin_comment").is_ours(comment) then
        return slurm.SUCCESS
    end
    local given = job_desc.admin_comment
    keep_record(job_desc, comment, modify_uid)
    if modify_uid == 0 then
        return slurm.SUCCESS
    end
    local fields = require("atelier.slurmctld.job_desc")
    local asked = require("atelier.slurmctld.spank_env").options(job_desc) or {}
    fields.add_changed(asked, job_desc, job_rec)
    asked.uid, asked.slurm_uid = modify_uid, require("atelier.slurmctld.trust").own_uid()
    asked.admin_comment = given == job_desc.admin_comment and given or nil
    local job = { admin_comment = comment }
    fields.add_record(job, job_rec)
    job.user, job.uid = job_rec.user_name, job_rec.user_id
    if not require("atelier.engine").is_guarded(asked, job) then
        return slurm.SUCCESS
    end
    local policy, refusal = policy_for(asked)
    local allowed
    if policy then
        local trust = require("atelier.slurmctld.trust")
        asked.user = modify_uid == job.uid and job.user or trust.user_name(modify_uid)
        asked.groups = next(policy.operators.groups)
            and require("atelier.slurmctld.user_groups").of(modify_uid, true) or nil
        allowed, refusal = decide(policy, "modify", asked, job)
    end
    if not allowed then
        return refuse(refusal, "uid " .. tostring(modify_uid))
    elseif type(allowed) == "table" and tonumber(job_rec.job_state) == PENDING then
        fields.set_max_nodes(job_desc, allowed.max_nodes)
    end
    return slurm.SUCCESS
end

-- The nodes believe the record alone, and would not say who took it away.
local function tell_of_lost_record(job_desc, job_rec, modify_uid)
    local admin_comment = require("atelier.decide.admin_comment")
    local record = admin_comment.parse(job_rec.admin_comment)
    if record and job_desc.admin_comment ~= nil
        and not admin_comment.parse(job_desc.admin_comment) then
        slurm.log_error("%s", "atelier: job " .. tostring(job_rec.job_id)
            .. " loses its workspace `" .. record.workspace .. "`: uid "
            .. tostring(modify_uid) .. " replaced the record in its AdminComment, and no node "
            .. "starts it without: cancel it, and submit it again")
    end
end

-- Calls `work`; an error, or anything but a number, is a refusal.
local function guarded(work, ...)
    local done, code = pcall(work, ...)
    if done and type(code) == "number" then
        return code
    end
    pcall(slurm.log_error, "%s", "atelier: the policy engine failed, the job is refused: "
        .. tostring(code))
    pcall(slurm.log_user, "%s", "atelier: the policy engine failed, so the job is refused: "
        .. "tell your administrator")
    return slurm.ERROR
end

-- As slurm_job_submit: decides on a job, and fills in what was decided. Returns slurm.SUCCESS
-- or an error code of Slurm's.
function bridge.submit(job_desc, _part_list, _submit_uid)
    return guarded(submit, job_desc)
end

-- As slurm_job_modify, for jobs that have our record.
function bridge.modify(job_desc, job_rec, _part_list, modify_uid)
    local code = guarded(modify, job_desc, job_rec, modify_uid)
    if code == slurm.SUCCESS then
        pcall(tell_of_lost_record, job_desc, job_rec, modify_uid)
    end
    return code
end

return bridge
