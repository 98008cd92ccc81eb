-- scope.lua: which workspace and experiment a job belongs to; asked where it is submitted
-- and again on the node.

local agreed = require("atelier.base.agreed")
local hook = require("atelier.policy.hook")
local membership = require("atelier.policy.membership")
local mount_list = require("atelier.decide.mount_list")
local name = require("atelier.base.name")
local request = require("atelier.decide.request")

local scope = {}

-- The name of the user's default workspace, nil for none; or nil and a refusal.
local function default_name(policy, asked)
    if not policy.default_workspace then
        return nil
    end
    local groups = asked.groups and { (unpack or table.unpack)(asked.groups) }
    local done, chosen = hook.call(policy, "default_workspace",
        { name = asked.user, groups = groups })
    if not done then
        return nil, chosen
    elseif chosen ~= nil and not policy.workspaces[chosen] then
        return nil, hook.failed("default_workspace",
            hook.place(policy, "default_workspace"),
            "it gave `" .. name.quote(chosen) .. "`, which is no workspace")
    end
    return chosen
end

-- A job that names another account than its default workspace's goes its own way, as an
-- old script with --account would.
local function goes_own_way(policy, chosen, asked)
    local account = asked.account
    return type(account) == "string" and account ~= ""
        and not policy.workspaces[chosen]:has_account(account)
end

-- The name of the workspace, and whether it is the default; nil when the job has none;
-- or nil, nil and a refusal. A default_workspace that fails leaves jobs without our options
-- alone, which are everybody's: why is then the fourth value.
function scope.name(policy, asked)
    local refused = request.refuses(asked)
    if refused then
        return nil, nil, refused
    elseif asked.workspace == agreed.NO_WORKSPACE then
        return nil -- what else was typed, the command has refused: the rest are variables
    elseif asked.workspace ~= nil then
        return asked.workspace, false
    end
    local chosen, failed = default_name(policy, asked)
    if failed and failed.detail and not request.is_ours(asked) then
        return nil, nil, nil, failed
    elseif failed then
        return nil, nil, failed
    elseif chosen and (request.is_ours(asked) or not goes_own_way(policy, chosen, asked))
    then
        return chosen, true
    end
    return nil, nil, request.lacks_workspace(asked)
end

local function mounts_refused(entered, asked)
    local mounts, refused = mount_list.resolve(entered, asked)
    return not mounts and refused or nil
end

-- The scope of a workspace's name, the experiment's name or nil, and whether the
-- membership is sure ("yes" or "unknown"); or nil and a refusal. What `asked` leaves open is
-- the default, unless it `is_recorded` and thus all that the job has.
function scope.enter(policy, workspace_name, asked)
    local found, sure = membership.find(policy, workspace_name, asked.user, asked.groups)
    if not found then
        return nil, sure
    end
    local experiment = found:experiment_name(asked.experiment
        or not asked.is_recorded and found.default_experiment or nil)
    local entered, refused = found:scope(experiment)
    refused = refused or membership.refuses(entered, asked.user, asked.groups)
        or entered:refuses_framework(asked.framework)
        or mounts_refused(entered, asked.mount)
    if refused then
        return nil, membership.withhold(sure, workspace_name, refused)
    end
    return entered, experiment, sure
end

return scope
