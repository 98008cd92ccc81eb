-- route.lua: the site's last word on a job, `route = function(job) ... end`.
--
-- The function gets a copy of what is asked for and decided so far, changes some fields,
-- or refuses. Whatever else it does is the site's mistake, and the job is refused.

local collection = require("atelier.policy.collection")
local copy = require("atelier.base.copy")
local hook = require("atelier.policy.hook")
local name = require("atelier.base.name")
local nearest = require("atelier.base.nearest")
local qos = require("atelier.decide.qos")
local value = require("atelier.policy.value")

local route = {}

-- What route may set: { key = function(given, scope) -> value, or nil and what is wrong }.
local may_set = {}

function may_set.account(given, scope)
    if scope:has_account(given) then
        return given:lower()
    end
    return nil, "is neither the account of workspace `" .. scope.name
        .. "` nor one of its accounts"
end

function may_set.partition(given, scope)
    if type(given) == "string" and scope:clusters_of(given) then
        return given
    end
    return nil, "is not a partition of " .. scope:source_of("clusters").label
end

function may_set.qos(given, scope)
    local found
    if type(given) == "string" and scope.qos and next(scope.qos) then
        found = qos.find(scope, given)
    elseif name.valid(given) then
        found = given:lower()
    end
    if found then
        return found
    end
    return nil, "is not a QOS of " .. scope:source_of("qos").label
end

-- A wall time may be as long as route likes: the limits are looked at afterwards.
function may_set.time_limit(given)
    if value.whole(1, 1e9)(given) then
        return nil, "is not a number of minutes"
    end
    return given
end

local function line(given)
    if given ~= "" and not value.is_line(given) then
        return nil, "is not one line of text"
    end
    return given
end

may_set.features, may_set.licenses, may_set.reservation = line, line, line

-- Route sets variables of its own alone, since on the node those of the policy come last.
function may_set.environment(given, scope)
    local fault = collection.environment(given)
    if fault then
        return nil, fault
    end
    local copy = {}
    for variable, text in pairs(given) do
        if scope.environment[variable] then
            return nil, "has `" .. variable .. "`, which "
                .. scope:source_of("environment").label .. " sets"
        end
        copy[variable] = text
    end
    return next(copy) and copy or nil
end

route.SETTABLE = name.sorted_keys(may_set)

-- { field = what the function sees }; lists are copied.
local function job_of(asked, made)
    local job = copy.merged(asked, made)
    job.environment = job.environment or {}
    if asked.groups then
        job.groups = copy.of(asked.groups)
    end
    return job
end

-- What the function was shown of a field that it may set.
local function shown(key, asked, made)
    if made[key] ~= nil then
        return made[key]
    end
    return asked[key]
end

-- The name of a field that was changed and may not be; nil when there is none.
local function forbidden(job, asked, made)
    for key, given in pairs(job) do
        if not may_set[key] and key ~= "groups" and given ~= shown(key, asked, made) then
            return key
        end
    end
    for key in pairs(asked) do
        if job[key] == nil then
            return key
        end
    end
    for key in pairs(made) do
        if job[key] == nil then
            return key
        end
    end
end

local function wrong(place, key, given, fault)
    local shown_value = type(given) == "table" and "a table"
        or "`" .. name.quote(given) .. "`"
    return hook.failed("route", place, "route set `" .. key .. "` to " .. shown_value
        .. ", which " .. fault)
end

-- Whether route left the field as it was shown. The environment is shown as an empty table.
local function is_untouched(key, given, asked, made)
    return given == nil or given == shown(key, asked, made)
        or key == "environment" and type(given) == "table" and next(given) == nil
end

local function take(place, scope, job, asked, made, trace)
    for _, key in ipairs(route.SETTABLE) do
        local given = job[key]
        if not is_untouched(key, given, asked, made) then
            local kept, fault = may_set[key](given, scope)
            if fault then
                return wrong(place, key, given, fault)
            end
            made[key] = kept
            if trace and kept ~= nil then
                trace:add(key, kept, place, "route set it")
            end
        end
    end
end

-- Lets the site's function change `made`, the decision. Returns nil, or a refusal.
function route.run(policy, scope, asked, made, trace)
    local job = job_of(asked, made)
    local done, refused = hook.call(policy, "route", job)
    if not done then
        return refused
    end
    local key = forbidden(job, asked, made)
    local place = hook.place(policy, "route")
    if key then
        return hook.failed("route", place, "route changed `" .. name.quote(key)
            .. "`, which it cannot: " .. nearest.advice(key, route.SETTABLE))
    end
    return take(place, scope, job, asked, made, trace)
end

return route
