-- narrowing.lua: an experiment may narrow what its workspace allows, never widen it.

local name = require("atelier.base.name")
local nearest = require("atelier.base.nearest")
local set = require("atelier.base.set")

local narrowing = {}

local function report(one, problems, what, workspace, advice)
    problems:add(one, what .. " of " .. one.label .. " is not one of " .. workspace.label,
        advice)
end

-- Lists that must hold nothing which the workspace's list of the same key does not hold.
local function check_list(one, key, allowed, workspace, problems)
    if not one[key] or not allowed then
        return
    end
    local has = set.of(allowed)
    for _, item in ipairs(one[key]) do
        if not has[item] then
            report(one, problems, "`" .. name.quote(item) .. "` in key `" .. key .. "`",
                workspace, nearest.advice(item, allowed))
        end
    end
end

-- A user whom the workspace does not name may still be a member by one of its groups.
local function check_users(one, workspace, problems)
    if workspace.users and workspace.groups and #workspace.groups == 0 then
        check_list(one, "users", workspace.users, workspace, problems)
    end
end

local function check_qos(one, workspace, problems)
    if not workspace.qos or not one.qos then
        return
    end
    local allowed = {}
    for _, priority in ipairs(name.sorted_keys(workspace.qos)) do
        allowed[#allowed + 1] = workspace.qos[priority]
    end
    for _, priority in ipairs(name.sorted_keys(one.qos)) do
        check_list({ [priority] = { one.qos[priority] }, label = "`qos` of " .. one.label,
            file = one.file, line = one.line }, priority, allowed, workspace, problems)
    end
end

local function check_limits(one, workspace, problems)
    for key, limit in pairs(one.limits or {}) do
        local most = (workspace.limits or {})[key]
        if most and limit > most then
            problems:add(one, "limit `" .. key .. "` of " .. one.label .. " is over the "
                .. most .. " of " .. workspace.label)
        end
    end
end

-- `one` is an experiment of `workspace`, both as declared. What is wrong with a key by
-- itself was reported and left out before.
function narrowing.check(one, workspace, problems)
    check_users(one, workspace, problems)
    check_list(one, "clusters", workspace.clusters, workspace, problems)
    check_list(one, "volumes", workspace.volumes, workspace, problems)
    check_list(one, "frameworks", workspace.frameworks, workspace, problems)
    check_qos(one, workspace, problems)
    check_limits(one, workspace, problems)
end

return narrowing
