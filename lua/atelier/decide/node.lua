-- node.lua: the decision again, on the node, with facts that Slurm vouches for.
--
-- What slurmctld recorded is what the job has (recorded_facts.lua). Whether it fits the policy
-- and the facts is asked again, since the record may be older than the policy, and only the
-- node is sure of the user's Unix groups.

local copy = require("atelier.base.copy")
local hook = require("atelier.policy.hook")
local mount_list = require("atelier.decide.mount_list")
local name = require("atelier.base.name")
local recorded_facts = require("atelier.decide.recorded_facts")
local refusal = require("atelier.base.refusal")
local request = require("atelier.decide.request")
local scope = require("atelier.decide.scope")
local shared_temp = require("atelier.policy.shared_temp")

-- What slurmctld would have refused or replaced, had it asked the policy that is in force
-- here: the user may have given the option, or not.
local function place_wrong(entered, option, given)
    return refusal.new("", nil, "workspace `%s` does not go with the job's %s%s: submit it "
        .. "again without --%s; if it had none, slurmctld did not ask the policy: tell your "
        .. "administrator", entered.name, option,
        type(given) == "string" and given ~= "" and " `" .. name.quote(given) .. "`" or "",
        option)
end

-- Refuses a job that runs under another account than its workspace's, since others would pay
-- for it.
local function place_refused(entered, facts)
    if not entered:has_account(facts.account) then
        return place_wrong(entered, "account", facts.account)
    end
    if type(facts.partition) ~= "string" or not entered.cluster_of[facts.partition] then
        return place_wrong(entered, "partition", facts.partition)
    end
end

local function copied(entries)
    local whole = {}
    for key, one in pairs(entries) do
        whole[key] = type(one) == "table" and copied(one) or one
    end
    return whole
end

-- The plan shares no table with the policy: what the caller does to it stays its own.
local function plan(policy, entered, experiment, facts)
    local mounts, volumes = mount_list.resolve(entered, facts.mount)
    local shared = shared_temp.resolve(entered, volumes)
    return {
        workspace = entered.name, experiment = experiment, framework = facts.framework,
        framework_settings = facts.framework_settings, mount = facts.mount,
        frameworks = entered.frameworks and copied(entered.frameworks),
        volumes = copied(volumes), mounts = mounts,
        environment = copied(entered.environment), shared_job_temp = shared,
        compat = entered.compat,
        job_temp = policy.clusters[entered.cluster_of[facts.partition]].job_temp,
    }
end

local function decide(policy, facts)
    local asked = copy.of(facts)
    asked.groups = asked.groups or {}
    local workspace_name, is_default, refused, failed = scope.name(policy, asked)
    if refused then
        return nil, refused.text
    elseif not workspace_name then
        return nil, nil, failed and hook.left_alone(failed)
    end
    if is_default and not request.is_ours(facts)
        and not policy.workspaces[workspace_name]:has_account(facts.account) then
        return nil, nil
    end
    local entered, experiment = scope.enter(policy, workspace_name, asked)
    if not entered then
        return nil, experiment.text
    end
    refused = place_refused(entered, facts)
    if refused then
        return nil, refused.text
    end
    return plan(policy, entered, experiment, facts)
end

-- `facts`: { job, uid, gid, user, groups (a list of names), account, partition, node,
-- record (the job's AdminComment; nil: it is not known, and the options are taken for true),
-- framework_settings, and those of request.OPTIONS (nil when not given) }. Returns the plan {
-- workspace, experiment, framework, framework_settings, mount (the list's text), frameworks
-- (nil: all), volumes (policy/workspace.lua), mounts (mount_list.lua), environment,
-- shared_job_temp (shared_temp.lua; nil: none), job_temp (where the cluster's nodes have room;
-- nil: the node's default), compat }; nil and a sentence for a job that is refused; or nil and
-- nil for a job without a workspace, and then the sentence why default_workspace failed for it, when it did.
return function(policy, facts)
    if facts.record == nil then
        return decide(policy, facts)
    end
    local own, refused = recorded_facts(facts)
    if not own then
        return nil, refused
    end
    return decide(policy, own)
end
