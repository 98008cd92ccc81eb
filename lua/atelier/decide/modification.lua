-- modification.lua: what `scontrol update job` may change of a job that has our record.
--
-- Account, wckey, partition and record were decided at submission. Without this guard a
-- user could submit to one workspace and then move the job into the account of another.
-- What may change is decided by the same code as for a new job. The policy's operators may
-- change anything; a workspace's administrators what is not who pays for the job.

local admin_comment = require("atelier.decide.admin_comment")
local decision = require("atelier.decide.decision")
local membership = require("atelier.policy.membership")
local name = require("atelier.base.name")
local operators = require("atelier.policy.operators")
local refusal = require("atelier.base.refusal")
local request = require("atelier.decide.request")

local modification = {}

-- What the policy decides of a job; `asked` has nil for what is not to change.
local GUARDED = { "account", "wckey", "admin_comment", "partition", "qos", "time_limit",
    "nodes", "gpus", "features", "licenses", "reservation" }

local function moved(given, current)
    return given ~= nil and given:lower() ~= (current or ""):lower()
end

-- Whether there is anything to decide; if not, no policy is needed. Root and SlurmUser
-- may do anything, and a job without our record is not ours.
function modification.is_guarded(asked, job)
    if not admin_comment.is_ours(job.admin_comment) or asked.uid == 0
        or (asked.uid ~= nil and asked.uid == asked.slurm_uid) then
        return false
    end
    for _, key in ipairs(GUARDED) do
        if asked[key] ~= nil then
            return true
        end
    end
    return asked.size ~= nil or request.is_ours(asked)
end

local function refuse(what, advice)
    return refusal.new("ESLURM_ACCESS_DENIED", nil, "%s: %s", what, advice)
end

-- The fields that stay as they were when the job was submitted.
local function identity_refused(asked, job)
    local again = "cancel the job and submit it again"
    if request.is_ours(asked) then
        return refuse("a job keeps its workspace, experiment, framework and mounts", again)
    elseif moved(asked.account, job.account) then
        return refuse("the account follows the job's workspace", again)
    elseif moved(asked.wckey, job.wckey) then
        return refuse("the wckey follows the job's workspace and experiment", again)
    elseif asked.admin_comment ~= nil and asked.admin_comment ~= job.admin_comment then
        return refuse("the admin comment holds the record of the job's workspace",
            "leave it as it is")
    end
end

-- The fields of `asked` that are to become something else than they are.
local function changes(asked, job)
    local changed = {}
    for index = 4, #GUARDED do
        local key = GUARDED[index]
        if asked[key] ~= nil and asked[key] ~= job[key] then
            changed[key] = asked[key]
        end
    end
    return changed
end

-- The fields of a job's size: those that route sees, and those that its limits count.
local SIZES = { "nodes", "tasks", "gpus", "cpus", "memory", "max_nodes", "exclusive",
    "gpus_in_all", "gpus_per_node", "gpus_by_socket", "grows", "is_component" }

-- The job as it would be, as if it were submitted now. What it has already was decided
-- before and is not asked for again: its account may be one that route chose.
local function as_request(changed, job, record, resized)
    local asked = { user = job.user, uid = job.uid, workspace = record.workspace,
        experiment = record.experiment, framework = record.framework,
        framework_settings = record.settings, mount = record.mounts }
    for _, key in ipairs({ "time_limit", "array", "features", "reservation", "licenses",
        "script" }) do
        asked[key] = job[key]
    end
    for _, key in ipairs(SIZES) do
        asked[key] = (resized or job)[key]
    end
    asked.keeps_size = not resized and changed.nodes == nil and changed.gpus == nil or nil
    for key, given in pairs(changed) do
        asked[key] = given
    end
    asked.gpus = asked.gpus ~= 0 and asked.gpus or nil
    return asked
end

local function contradicts(changed, made)
    for _, key in ipairs({ "partition", "qos", "time_limit", "features", "licenses",
        "reservation" }) do
        if changed[key] ~= nil and made[key] ~= nil and changed[key] ~= made[key] then
            return refuse(key .. " `" .. name.quote(changed[key]) .. "` is not what the "
                .. "policy gives this job", "set it to `" .. name.quote(made[key]) .. "`")
        end
    end
end

-- Slurm asks before it looks whether this user may change the job at all, and tells everybody
-- the sentence: it has what the workspace has and allows.
local function withhold(policy, workspace, asked, job, refused)
    if asked.uid == job.uid or refused.detail
        or membership.is_member(policy.workspaces[workspace], asked.user, asked.groups) then
        return refused
    end
    local neutral = refuse("the policy does not allow this change of another user's job",
        "ask the job's user, or your administrator, whose log has the reason")
    neutral.withheld = refused
    return neutral
end

local function scope_of(policy, record, comment)
    if not record then
        return nil, refuse("the job cannot be changed",
            "its record " .. admin_comment.why_unread(comment))
    end
    local found = policy.workspaces[record.workspace]
    if not found then
        return nil, refuse("the job cannot be changed",
            "its workspace is not in the policy")
    end
    return found:scope(record.experiment)
end

-- `asked`: { uid, user (its name, or nil when unknown), groups (names, or nil), slurm_uid
-- (of SlurmUser), account, wckey, partition, admin_comment, qos, time_limit (minutes),
-- nodes, gpus, features, licenses, reservation, workspace, experiment, framework, mount },
-- nil where nothing is to change, and `size`, all that is said of the size of the job as it
-- would be (job_desc.lua), nil when that stays; `job`: what the job has: { account, wckey, partition,
-- admin_comment, and as much as is known of user, uid, qos, nodes, tasks, gpus, cpus,
-- memory, time_limit, array, features, licenses, reservation, script }. Returns true, or {
-- max_nodes } where the job is to be bounded; or nil and a refusal.
function modification.decide(policy, asked, job)
    if not modification.is_guarded(asked, job)
        or operators.has(policy, asked) then
        return true
    end
    local refused = identity_refused(asked, job)
    if refused then
        return nil, refused
    end
    local changed = changes(asked, job)
    if next(changed) == nil and not asked.size then
        return true
    end
    local record = admin_comment.parse(job.admin_comment)
    local scope, gone = scope_of(policy, record, job.admin_comment)
    if not scope then
        return nil, gone
    end
    if asked.user ~= nil and policy.workspaces[record.workspace].administrators[asked.user]
    then
        return true
    end
    local made
    made, refused = decision.make(policy, scope,
        as_request(changed, job, record, asked.size))
    refused = refused or contradicts(changed, made)
    if refused then
        refused.code = "ESLURM_ACCESS_DENIED" -- the job itself is a good one
        return nil, withhold(policy, record.workspace, asked, job, refused)
    end
    return made.max_nodes and { max_nodes = made.max_nodes } or true
end

return modification
