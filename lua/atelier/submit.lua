-- submit.lua: the decision on a new job, in slurmctld.
--
-- Slurm does not tell slurmctld the user's Unix groups. A user whom a workspace does not
-- name, but who may be a member by group, is let through to Slurm's own check that the
-- user belongs to the account; the node decides again, with the groups (node.lua).

local admin_comment = require("atelier.admin_comment")
local name = require("atelier.name")
local refusal = require("atelier.refusal")
local request = require("atelier.request")
local workspace = require("atelier.workspace")

-- An account or wckey that the user gave and that is not the workspace's is refused, not
-- replaced: the user asked for something else than would happen. The sentence does not
-- say which it is, since the user may not be a member.
local function contradicts(option, code, given, decided, found)
    if given ~= nil and given ~= "" and given:lower() ~= decided:lower() then
        return refusal.new(code,
            "--%s=%s does not go with workspace `%s`: leave --%s out", option,
            name.quote(given), found.name, option)
    end
end

-- The partition of the job, and its cluster when there is just one; or nil and a refusal.
local function place(found, membership, given)
    if given == nil or given == "" then
        return found.default_partition, found.cluster_of[found.default_partition]
    end
    local clusters, stranger = found:clusters_of(given)
    if not clusters then
        local known = membership == "yes"
            and ", or choose " .. name.choices(found.partitions) or ""
        return nil, refusal.new("ESLURM_INVALID_PARTITION_NAME",
            "partition `%s` is not one of workspace `%s`: leave --partition out%s",
            name.quote(stranger), found.name, known)
    end
    return given, #clusters == 1 and clusters[1] or nil
end

local function decide(asked, found, membership)
    local wckey = found.name .. (asked.experiment and "." .. asked.experiment or "")
    local refused = contradicts("account", "ESLURM_INVALID_ACCOUNT", asked.account,
        found.account, found)
        or contradicts("wckey", "ESLURM_INVALID_WCKEY", asked.wckey, wckey, found)
    if refused then
        return nil, refused
    end
    local partition, cluster = place(found, membership, asked.partition)
    if not partition then
        return nil, cluster
    end
    return {
        account = found.account, partition = partition, wckey = wckey,
        admin_comment = admin_comment.format({
            workspace = found.name, experiment = asked.experiment,
            framework = asked.framework, cluster = cluster,
        }),
    }
end

-- `asked`: { user, uid, groups (names, or nil when unknown), workspace, experiment,
-- framework, account, partition, wckey }, each text nil when not given. Returns the
-- decision { account, partition, wckey, admin_comment }, which is empty for a job without
-- our options; or nil and a refusal.
return function(policy, asked)
    if not request.is_ours(asked) then
        return {}
    end
    local refused = request.refuses(asked)
    if refused then
        return nil, refused
    end
    local found, membership = workspace.find(policy, asked.workspace, asked.user,
        asked.groups)
    if not found then
        return nil, membership
    end
    refused = found:refuses(asked.experiment, asked.framework)
    if refused then
        return nil, refused
    end
    return decide(asked, found, membership)
end
