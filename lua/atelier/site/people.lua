-- people.lua: the users and Unix groups that the policy names. Whether they exist is the
-- machine's to say.

local name = require("atelier.base.name")
local set_of = require("atelier.base.set").of

local people = {}

-- Calls `each(place, label, key, names)` for every set of users or groups; one whose
-- values are places has no other.
local function visit(policy, each)
    for _, key in ipairs(policy.names) do
        local workspace = policy.workspaces[key]
        each(workspace, workspace.label, "users", workspace.users)
        each(workspace, workspace.label, "groups", workspace.groups)
        each(workspace, workspace.label, "administrators", workspace.administrators)
        for _, one in ipairs(name.sorted_keys(workspace.experiments or {})) do
            local experiment = workspace.experiments[one]
            local members = rawget(experiment, "members") or { users = {}, groups = {} }
            each(experiment, experiment.label, "users", members.users)
            each(experiment, experiment.label, "groups", members.groups)
        end
    end
    each(nil, "operators", "users", policy.operators.users)
    each(nil, "operators", "groups", policy.operators.groups)
end

-- { users, groups }: lists of all names.
function people.names(policy)
    local all = { users = {}, groups = {} }
    visit(policy, function(_, _, key, names)
        for one in pairs(names) do
            all[key == "groups" and "groups" or "users"][one] = true
        end
    end)
    return { users = name.sorted_keys(all.users), groups = name.sorted_keys(all.groups) }
end

-- `unknown`: { users, groups }, those of the names that this machine does not know. Returns
-- a sentence for each place of each, without what follows from it.
function people.strangers(policy, unknown)
    local sentences = {}
    local users, groups = set_of(unknown.users or {}), set_of(unknown.groups or {})
    visit(policy, function(place, label, key, names)
        local noun = key == "groups" and "group" or "user"
        local missing = key == "groups" and groups or users
        for _, one in ipairs(name.sorted_keys(names)) do
            if missing[one] then
                local at = place or names[one]
                sentences[#sentences + 1] = label .. " (" .. at.file .. ":"
                    .. (at.line or "?") .. "): this machine knows no " .. noun .. " `"
                    .. name.quote(one) .. "`, which is in key `" .. key .. "`"
            end
        end
    end)
    return sentences
end

-- As people.strangers, with an advice behind each sentence, for `policy check`.
function people.check(policy, unknown)
    local sentences = people.strangers(policy, unknown)
    for index, sentence in ipairs(sentences) do
        sentences[index] = sentence .. ": correct the name, or create it first"
    end
    return sentences
end

return people
