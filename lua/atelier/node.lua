-- node.lua: the decision again, on the node, with facts that Slurm vouches for.
--
-- What slurmctld decided is not trusted here: without PrologFlags=Alloc the options of a
-- salloc or srun job never passed it, and only the node knows the user's Unix groups.

local refusal = require("atelier.refusal")
local request = require("atelier.request")
local workspace = require("atelier.workspace")

-- A job that runs under another account than its workspace's would be paid for by others.
local function place_refused(found, facts)
    if type(facts.account) ~= "string" or facts.account:lower() ~= found.account then
        return refusal.new("",
            "workspace `%s` does not go with the job's account: leave --account out",
            found.name)
    end
    if type(facts.partition) ~= "string" or not found.cluster_of[facts.partition] then
        return refusal.new("",
            "workspace `%s` does not go with the job's partition: leave --partition out",
            found.name)
    end
end

local function copied(entries)
    local copy = {}
    for key, entry in pairs(entries) do
        copy[key] = type(entry) == "table" and copied(entry) or entry
    end
    return copy
end

-- The plan shares no table with the policy: what the caller does to it stays its own.
local function plan(found, facts)
    return {
        workspace = found.name,
        experiment = facts.experiment, framework = facts.framework,
        frameworks = found.frameworks and copied(found.frameworks),
        volumes = copied(found.volumes), environment = copied(found.environment),
    }
end

-- `facts`: { job, uid, gid, user, groups (a list of names), account, partition, node,
-- workspace, experiment, framework (nil when not given) }. Returns the plan { workspace,
-- experiment, framework, frameworks (nil: all), volumes = { { name, server, host, export,
-- driver, mode, port, mount_port, deadline (seconds) } }, environment }; or nil and a
-- sentence.
return function(policy, facts)
    local refused = request.refuses(facts)
    if refused then
        return nil, refused.text
    end
    local found, stranger = workspace.find(policy, facts.workspace, facts.user,
        facts.groups or {})
    if not found then
        return nil, stranger.text
    end
    refused = found:refuses(facts.experiment, facts.framework)
        or place_refused(found, facts)
    if refused then
        return nil, refused.text
    end
    return plan(found, facts)
end
