-- trial.lua: calls default_workspace and route as jobs would, for `policy check`: an error
-- that waits for a job without GPUs, or for one of an array, would refuse users' jobs.

local copy = require("atelier.base.copy")
local hook = require("atelier.policy.hook")
local name = require("atelier.base.name")
local scope = require("atelier.decide.scope")
local submission = require("atelier.decide.submission")

local trial = {}

local WORKSPACES_MAX = 200 -- that are tried with the whole spread; others with a part
local ENDLESS_MAX = 5 -- of calls that do not end, each of which takes its time
local STRANGER = "somebody-else"

local EVERYTHING = { script = true, array = true, nodes = 2, tasks = 8, cpus = 32, gpus = 8,
    max_nodes = 2, gpus_in_all = 8, memory = 64000, time_limit = 600, features = "a100",
    reservation = "course" }

-- What jobs ask for, as slurmctld gives it. What is not asked for is nil.
local SPREAD = {
    { "a script", { script = true } }, { "an array", { array = true, script = true } },
    { "one GPU", { gpus = 1 } }, { "64 GPUs", { gpus = 64, nodes = 8 } },
    { "two nodes", { nodes = 2 } },
    { "whole nodes", { exclusive = true, gpus_per_node = 1, gpus_by_socket = true } },
    { "1000 tasks", { tasks = 1000 } }, { "64 processors", { cpus = 64 } },
    { "a TiB of memory", { memory = 1048576 } }, { "a minute", { time_limit = 1 } },
    { "30 days", { time_limit = 43200 } }, { "an unlimited wall time",
        { time_limit = 4294967295 } },
    { "a feature", { features = "a100" } }, { "a reservation", { reservation = "course" } },
    { "licenses", { licenses = "matlab:1" } },
}
local PART = { { "nothing asked for", {} }, { "everything asked for", EVERYTHING } }

-- Tries each wish alone and with all others, since one error hides those behind it; and all
-- wishes but one.
local function spread_out(list)
    local out = { PART[1], PART[2] }
    for _, one in ipairs(list) do
        out[#out + 1] = one
        out[#out + 1] = { one[1] .. " and all else", copy.merged(EVERYTHING, one[2]) }
    end
    for _, key in ipairs(name.sorted_keys(EVERYTHING)) do
        local rest = copy.of(EVERYTHING)
        rest[key] = nil
        out[#out + 1] = { "all but " .. key, rest }
    end
    return out
end

-- Returns the spread, and a wish for each thing that the workspace lets a job choose.
local function asked_of(workspace)
    local list = {}
    for index, one in ipairs(SPREAD) do
        list[index] = one
    end
    local function add(what, key, choices)
        for _, one in ipairs(choices or {}) do
            list[#list + 1] = { what .. " `" .. one .. "`", { [key] = one } }
        end
    end
    add("partition", "partition", workspace.partitions)
    add("partitions", "partition", #workspace.partitions > 1
        and { table.concat(workspace.partitions, ",") })
    add("experiment", "experiment", workspace.experiments
        and name.sorted_keys(workspace.experiments) or { "new" })
    add("framework", "framework", workspace.frameworks or { "pytorch" })
    add("QOS", "qos", workspace.qos and name.sorted_keys(workspace.qos))
    add("account", "account", { workspace.account })
    return spread_out(list)
end

-- A member that the workspace names, and one by a group; groups are nil where they are not
-- known.
local function members_of(workspace)
    local user = name.sorted_keys(workspace.users)[1]
    local group = name.sorted_keys(workspace.groups)[1]
    local members = {}
    if user then
        members[1] = { user = user }
        members[2] = { user = user, groups = {} }
    end
    if group then
        members[#members + 1] = { user = STRANGER, groups = { group } }
        members[#members + 1] = { user = STRANGER }
    end
    return members
end

-- A report counts each sentence once.
local function report(found, failure, of)
    local sentence = tostring(failure.file) .. ":" .. (failure.line or "?") .. ": " .. of
        .. " " .. failure.detail
    local key = sentence:gsub(" for .- :: ", " ")
    if not found.seen[key] then
        found.seen[key] = true
        found.sentences[#found.sentences + 1] = sentence:gsub(" :: ", ": ", 1)
    end
    if failure.is_endless then
        found.endless = found.endless + 1
    end
    return found.endless < ENDLESS_MAX
end

local function try_route(policy, found)
    for index, key in ipairs(policy.names) do
        local workspace = policy.workspaces[key]
        for _, one in ipairs(index <= WORKSPACES_MAX and asked_of(workspace) or PART) do
            for _, member in ipairs(members_of(workspace)) do
                local asked = { workspace = key, user = member.user, uid = 1000,
                    groups = member.groups }
                for field, given in pairs(one[2]) do
                    asked[field] = given
                end
                local _, refused = submission.decide(policy, asked)
                if refused and refused.detail and not report(found, refused,
                    "route fails for a job of `" .. name.quote(member.user)
                        .. "` in workspace `" .. key .. "` with " .. one[1] .. " ::") then
                    return
                end
            end
        end
    end
end

local function try_default(policy, found, user, groups)
    local _, _, _, failure = scope.name(policy, { user = user, groups = groups })
    return not failure or report(found, failure, "default_workspace fails for `"
        .. name.quote(user) .. "` " .. (groups == nil and "with groups unknown"
            or #groups > 0 and "in group `" .. name.quote(groups[1]) .. "`"
            or "without groups") .. " ::")
end

local function try_default_workspace(policy, found)
    local groups = name.sorted_keys(policy.members.groups)
    local users = name.sorted_keys(policy.members.users)
    users[#users + 1], users[#users + 2] = STRANGER, "root"
    for _, user in ipairs(users) do
        if not try_default(policy, found, user, nil)
            or not try_default(policy, found, user, {}) then
            return
        end
    end
    for _, group in ipairs(groups) do
        if not try_default(policy, found, STRANGER, { group }) then
            return
        end
    end
end

-- Returns a note when default_workspace gives a stranger a workspace: such a job is refused,
-- unless it names its account.
local function stranger_note(policy)
    local key, _, refused = scope.name(policy, { user = STRANGER, groups = {} })
    if refused or not key or scope.enter(policy, key,
        { user = STRANGER, groups = {} }) then
        return nil
    end
    local place = hook.place(policy, "default_workspace")
    return "default_workspace (" .. place.file .. ":" .. (place.line or "?") .. ") gives `"
        .. key .. "` also to users who are not its members: their jobs without "
        .. "--account are refused"
end

-- Returns { problems, notes }, sentences.
function trial.check(policy)
    local found = { sentences = {}, seen = {}, endless = 0 }
    local notes = {}
    if policy.route then
        try_route(policy, found)
    end
    found.endless = 0
    if policy.default_workspace then
        try_default_workspace(policy, found)
        notes[1] = stranger_note(policy)
    end
    return { problems = found.sentences, notes = notes }
end

return trial
