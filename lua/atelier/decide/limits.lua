-- limits.lua: what a scope allows at most.
--
-- Only what one job may get is looked at, here and in allocation.lua. What all jobs of a
-- workspace use together is counted by Slurm, in the association of the account: a count made here would be a
-- second old, and wrong when two hundred jobs come in that second.

local duration = require("atelier.base.duration")
local MANY = require("atelier.decide.gpus").MANY
local refusal = require("atelier.base.refusal")

local limits = {}

-- Each limit, and who enforces it, in the order in which they are shown.
limits.KEYS = { "nodes", "gpus", "wall_time", "running_jobs", "submitted_jobs",
    "gpu_hours" }

local SUBMISSION = "submission"
local ASSOCIATION = "association"

local IS_OF_JOB = { nodes = true, gpus = true, wall_time = true }

-- The declaration that sets a limit of the scope.
function limits.source_of(scope, key)
    if scope.workspace and not (scope.own_limits and scope.own_limits[key]) then
        return scope.workspace
    end
    return scope
end

local function over(scope, key, code, shown_asked, shown_most)
    local source = limits.source_of(scope, key)
    return refusal.new(code, source, "%s over the limit of %s, which is %s", shown_asked,
        source.label, shown_most)
end

local COUNTED = {
    nodes = { "node", "ESLURM_INVALID_NODE_COUNT" },
    gpus = { "GPU", "ESLURM_ACCOUNTING_POLICY" },
}

-- A refusal when `count` nodes or GPUs are over the limit of them, with what `beside` has
-- of it.
function limits.over(scope, key, count, beside)
    local most, noun = scope.limits[key], COUNTED[key]
    count = count + (beside or 0)
    if not most or count <= most then
        return nil
    elseif (beside or 0) > 0 then
        return over(scope, key, noun[2], ("%d %ss, with all components of "
            .. "heterogeneous jobs that you submit within some seconds, are"):format(count,
            noun[1]), ("%d"):format(most))
    elseif count >= MANY then
        return over(scope, key, noun[2], ("any number of %ss is"):format(noun[1]),
            ("%d"):format(most))
    end
    return over(scope, key, noun[2], ("%d %s%s"):format(count, noun[1],
        count == 1 and " is" or "s are"), ("%d"):format(most))
end

-- Slurm's numbers for "no limit" are 0 and the largest that it has.
--
-- `minutes`: the wall time that was decided or asked for, nil when neither. Nil, or a
-- refusal.
function limits.refuse_time(scope, asked, minutes)
    local most = scope.limits.wall_time
    if most and minutes and (minutes <= 0 or minutes > most) then
        local words = asked.time_limit == minutes and "--time=" or "the policy's wall time "
        return over(scope, "wall_time", "ESLURM_INVALID_TIME_LIMIT",
            words .. duration.text(minutes) .. " is", duration.text(most))
    end
end

-- The wall time of a job that asks for none, and the key that says it: the default, else
-- the most that is allowed, since Slurm's own default may be more. Nil without either.
function limits.default_wall_time(scope)
    if scope.default_wall_time then
        return scope.default_wall_time, scope:source_of("default_wall_time"),
            "the default wall time of %s"
    elseif scope.limits.wall_time then
        return scope.limits.wall_time, limits.source_of(scope, "wall_time"),
            "the longest that %s allows"
    end
end

-- { { what, value, file, line, why, enforced_by } } of all limits in force.
function limits.in_force(scope)
    local list = {}
    for _, key in ipairs(limits.KEYS) do
        local most = scope.limits[key]
        if most then
            local source = limits.source_of(scope, key)
            local is_own = source ~= scope or not scope.workspace
            local by = IS_OF_JOB[key] and SUBMISSION or ASSOCIATION
            if IS_OF_JOB[key] and is_own then
                by = SUBMISSION .. " and " .. ASSOCIATION
            end
            list[#list + 1] = { what = key, value = most, file = source.file,
                line = source.line, why = "a limit of " .. source.label,
                enforced_by = by }
        end
    end
    return list
end

return limits
