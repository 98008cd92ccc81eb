-- qos.lua: the QOS of a job, from the priority that the user asks for.

local name = require("atelier.base.name")
local refusal = require("atelier.base.refusal")

local qos = {}

qos.PRIORITIES = { "low", "normal", "high" }

-- The QOS of a job without --qos. It is not left to Slurm, whose own default could be one
-- that the scope does not have.
local PREFERRED = { "normal", "low", "high" }

local function default_of(scope)
    for _, priority in ipairs(PREFERRED) do
        if scope.qos[priority] then
            return scope.qos[priority], priority
        end
    end
end

-- The words of --qos that the scope has.
function qos.choices(scope)
    local words = {}
    for _, priority in ipairs(qos.PRIORITIES) do
        if scope.qos[priority] then
            words[#words + 1] = priority
        end
    end
    return words
end

-- The scope's QOS that `wanted` means: low, normal or high, or a QOS by its name. Nil
-- when it has none of the kind. `scope` has a table of QOS.
function qos.find(scope, wanted)
    wanted = wanted:lower()
    if scope.qos[wanted] then
        return scope.qos[wanted], wanted
    end
    for _, priority in ipairs(qos.PRIORITIES) do
        if scope.qos[priority] == wanted then
            return wanted, priority
        end
    end
end

-- The QOS and its priority, both nil where the policy has no say; or nil, nil and a
-- refusal.
function qos.choose(scope, wanted)
    if not scope.qos or next(scope.qos) == nil then
        return nil
    elseif wanted == nil or wanted == "" then
        return default_of(scope)
    end
    local found, priority = qos.find(scope, wanted)
    if found then
        return found, priority
    end
    local source = scope:source_of("qos")
    return nil, nil, refusal.new("ESLURM_INVALID_QOS", source,
        "QOS `%s` is not one of %s: choose %s", name.quote(wanted), source.label,
        name.choices(qos.choices(scope)))
end

return qos
