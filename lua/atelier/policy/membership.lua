-- membership.lua: whose workspaces are whose.
--
-- While the user's Unix groups are unknown (`groups` is nil: user_groups.lua), a user whom a
-- workspace does not name, but who may be a member by group, is "unknown": left to Slurm's
-- own check that the user belongs to the account, and to the node.

local name = require("atelier.base.name")
local refusal = require("atelier.base.refusal")
local set = require("atelier.base.set")

local membership = {}

-- Most users have one workspace: its name alone stands for a list of one, which saves
-- ten thousand tables.
local function add(index, keys, workspace)
    for key in pairs(keys) do
        local before = index[key]
        if not before then
            index[key] = workspace
        elseif type(before) == "string" then
            index[key] = { before, workspace }
        else
            before[#before + 1] = workspace
        end
    end
end

-- { users = { user = a workspace's name or a list of them }, groups = likewise }: without
-- it each refusal would look through all workspaces.
function membership.index(names, workspaces)
    local index = { users = {}, groups = {} }
    for _, key in ipairs(names) do
        add(index.users, workspaces[key].users, key)
        add(index.groups, workspaces[key].groups, key)
    end
    return index
end

-- Whether any of the workspaces, or one of their experiments, has members by group.
function membership.has_groups(workspaces)
    for _, one in pairs(workspaces) do
        if next(one.groups) then
            return true
        end
        for _, scope in pairs(one.experiments or {}) do
            if scope.members and next(scope.members.groups) then
                return true
            end
        end
    end
    return false
end

-- Whether the user is one of those that `has` names by users and groups: "yes", "no", or
-- "unknown", where that depends on groups which nobody could tell.
local function of(has, user, groups)
    if user and has.users[user] then
        return "yes"
    elseif groups == nil then
        return next(has.groups) and "unknown" or "no"
    end
    return set.holds_any(has.groups, groups) and "yes" or "no"
end

-- Whether somebody whose groups are known is a member.
function membership.is_member(workspace, user, groups)
    return of(workspace, user, groups or {}) == "yes"
end

local function own_names(index, user, groups)
    local own, seen = {}, {}
    local function take(found)
        for _, key in ipairs(type(found) == "table" and found or { found }) do
            if not seen[key] then
                own[#own + 1], seen[key] = key, true
            end
        end
    end
    take(user and index.users[user])
    for _, group in ipairs(groups or {}) do
        take(index.groups[group])
    end
    table.sort(own)
    return own
end

-- The refusal is the same for a workspace that does not exist and for one of others, so that a
-- stranger learns of neither.
local function not_yours(policy, wanted, user, groups)
    if user == nil then
        return refusal.new("ESLURM_INVALID_ACCOUNT", nil, "this machine knows no name for "
            .. "your uid, so that nobody can say whether workspace `%s` is one of yours: "
            .. "tell your administrator", wanted)
    end
    if policy.closed then
        return refusal.new("ESLURM_INVALID_ACCOUNT", nil, "there is no workspace `%s` any "
            .. "more: %s", wanted, policy.closed)
    end
    local own = own_names(policy.members, user, groups)
    local advice = "choose " .. name.choices(own)
    if #own == 0 then
        local unknown = groups == nil and next(policy.members.groups)
        advice = "you are a member of no workspace" .. (unknown and " by user name" or "")
            .. "; ask your administrator"
    end
    return refusal.new("ESLURM_INVALID_ACCOUNT", nil,
        "workspace `%s` is not one of yours: %s", wanted, advice)
end

-- The workspace called `wanted`, and whether membership is sure ("yes" or "unknown"); or
-- nil and a refusal.
function membership.find(policy, wanted, user, groups)
    local found = policy.workspaces[wanted]
    local sure = found and of(found, user, groups) or "no"
    if sure == "no" then
        return nil, not_yours(policy, wanted, user, groups)
    end
    return found, sure
end

-- What the user is told of `refused` while `sure` is "unknown": a stranger must not learn
-- from it what the workspace has and allows. `withheld` is for the log.
function membership.withhold(sure, wanted, refused)
    if not refused or sure ~= "unknown" or refused.detail then
        return refused
    end
    local neutral = refusal.new("ESLURM_INVALID_ACCOUNT", nil, "workspace `%s` is not one of "
        .. "yours, or does not allow what the job asks for: your Unix groups cannot be told "
        .. "at the moment, so submit it again in a minute, or tell your administrator", wanted)
    neutral.withheld = refused
    return neutral
end

-- As membership.withhold, for a job that was let into the workspace already.
function membership.withheld(policy, wanted, asked, refused)
    local _, sure = membership.find(policy, wanted, asked.user, asked.groups)
    return membership.withhold(sure, wanted, refused)
end

-- nil when a member of the workspace may use the scope, else a refusal.
function membership.refuses(scope, user, groups)
    if scope.members and of(scope.members, user, groups) == "no" then
        return refusal.new("ESLURM_ACCESS_DENIED", scope,
            "you are not a member of %s: choose another experiment", scope.label)
    end
end

return membership
