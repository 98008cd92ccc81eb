-- operators.lua: `operators { "olga", groups = { "hpc" } }`: who may change any job,
-- whatever the policy says.

local collection = require("atelier.policy.collection")
local name = require("atelier.base.name")
local nearest = require("atelier.base.nearest")
local set = require("atelier.base.set")

local operators = {}

operators.KEYS = { "groups", "users" }

-- Takes the given table apart; a plain list is a list of users.
local function parts(given)
    local lists = { users = {}, groups = {} }
    if type(given) ~= "table" then
        return nil, "must be a list"
    end
    for key, one in pairs(given) do
        if type(key) == "number" then
            lists.users[key] = one
        elseif not set.has(operators.KEYS, key) then
            return nil, "has the unknown key `" .. name.quote(key) .. "`",
                nearest.advice(key, operators.KEYS)
        end
    end
    for _, key in ipairs(operators.KEYS) do
        if given[key] ~= nil and key == "users" and next(lists.users) then
            return nil, "has users twice", "put all of them into one list"
        end
        lists[key] = given[key] == nil and lists[key] or given[key]
    end
    return lists
end

-- The function of the policy file, and { users, groups } that it fills, sets whose values
-- are the places.
function operators.new(source, problems)
    local all = { users = {}, groups = {} }
    return function(given)
        local place = source:place()
        local lists, fault, advice = parts(given)
        for _, key in ipairs(lists and operators.KEYS or {}) do
            fault, advice = collection.members(lists[key])
            if fault then
                break
            end
        end
        if fault then
            problems:add(place, "operators " .. fault, advice)
            return
        end
        for _, key in ipairs(operators.KEYS) do
            for _, one in ipairs(lists[key]) do
                all[key][one] = place
            end
        end
    end, all
end

-- Whether somebody is one: `asked` has user, nil when unknown, and groups, a list or nil.
function operators.has(policy, asked)
    local all = policy.operators
    return asked.user ~= nil and all.users[asked.user] ~= nil
        or asked.groups ~= nil and set.holds_any(all.groups, asked.groups)
end

return operators
