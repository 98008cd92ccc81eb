-- modify.lua: what `scontrol update job` may change of a job that has our record.
--
-- Account, wckey, partition and record were decided at submission. Without this guard a
-- user could submit to one workspace and then move the job into the account of another.

local admin_comment = require("atelier.admin_comment")
local name = require("atelier.name")
local refusal = require("atelier.refusal")
local request = require("atelier.request")

local modify = {}

local function moved(given, current)
    return given ~= nil and given:lower() ~= (current or ""):lower()
end

-- Whether there is anything to decide; if not, no policy is needed. Root and SlurmUser
-- may do anything, and a job without our record is not ours.
function modify.is_guarded(asked, job)
    if not admin_comment.is_ours(job.admin_comment) or asked.uid == 0
        or (asked.uid ~= nil and asked.uid == asked.slurm_uid) then
        return false
    end
    return asked.account ~= nil or asked.wckey ~= nil or asked.partition ~= nil
        or asked.admin_comment ~= nil or request.is_ours(asked)
end

local function refuse(what, advice)
    return nil, refusal.new("ESLURM_ACCESS_DENIED", "%s: %s", what, advice)
end

local function partition_refused(policy, partition, record)
    local found = record and policy.workspaces[record.workspace]
    local shown = "partition `" .. name.quote(partition) .. "`"
    if not found then
        return refuse("the job cannot be moved to " .. shown,
            "its workspace is not in the policy")
    end
    if not found:clusters_of(partition) then
        return refuse(shown .. " is not one of workspace `" .. found.name .. "`",
            "choose " .. name.choices(found.partitions))
    end
    return true
end

-- `asked`: { uid, slurm_uid (of SlurmUser), account, wckey, partition, admin_comment,
-- workspace, experiment, framework }, nil where nothing is to change; `job`: the job's
-- { account, wckey, partition, admin_comment }. Returns true; or nil and a refusal.
function modify.decide(policy, asked, job)
    if not modify.is_guarded(asked, job) then
        return true
    end
    local again = "cancel the job and submit it again"
    if request.is_ours(asked) then
        return refuse("a job keeps its workspace, experiment and framework", again)
    elseif moved(asked.account, job.account) then
        return refuse("the account follows the job's workspace", again)
    elseif moved(asked.wckey, job.wckey) then
        return refuse("the wckey follows the job's workspace and experiment", again)
    elseif asked.admin_comment ~= nil and asked.admin_comment ~= job.admin_comment then
        return refuse("the admin comment holds the record of the job's workspace",
            "leave it as it is")
    elseif asked.partition ~= nil and asked.partition ~= job.partition then
        return partition_refused(policy, asked.partition,
            admin_comment.parse(job.admin_comment))
    end
    return true
end

return modify
