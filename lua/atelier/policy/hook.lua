-- hook.lua: the functions of the site's own: default_workspace(user) and route(job).
--
-- They run when jobs are decided, in the environment of the policy file. What goes wrong
-- in them is the site's fault: the job is refused, the user is told the file and line to
-- report, and the details are kept for the log. One that does not end is stopped: by
-- slurmctld's budget of the whole decision (budget.lua), elsewhere by the host.

local refusal = require("atelier.base.refusal")
local short_string = require("atelier.base.short_string")

local hook = {}

hook.NAMES = { "default_workspace", "route" }

local SENTENCE_MAX = 512 -- bytes that reach the user

-- Instructions of Lua that one of the functions may take: fewer than slurmctld allows for the
-- whole decision, so that what passes here passes there.
local INSTRUCTIONS = 400000
local Refused = { -- what `refuse` raises
    __tostring = function()
        return "refuse is for functions that jobs call"
    end,
}

-- The line at or before `executed` on which `word` is assigned to.
local function line_of_assignment(text, word, executed)
    local found, line, counted = executed, 1, 1
    local first, last = text:find(word, 1, true)
    while first do
        if text:find("^%s*=[^=]", last + 1) then
            line = line + select(2, text:sub(counted, first):gsub("\n", ""))
            counted = first + 1
            found = line <= executed and line or found
        end
        first, last = text:find(word, last + 1, true)
    end
    return found
end

-- Where a function is set, { file, line, text (of the file), called }: Lua executes an
-- assignment on the function's last line, and a person looks for the first. Found when it
-- is asked for: the search takes longer than the rest of a large policy's load.
function hook.place(policy, which)
    local place = policy.hooks[which]
    if place.text and place.line then
        place.line = line_of_assignment(place.text, which, place.line)
    end
    place.text = nil
    return place
end

-- The `refuse` of the policy's environment.
function hook.refuse(sentence)
    if type(sentence) ~= "string" or sentence == "" then
        error("refuse needs a sentence", 2)
    end
    error(setmetatable({ text = sentence:sub(1, SENTENCE_MAX):gsub("%c", "?") }, Refused))
end

-- A refusal for what the site's function did wrong; `place` is where.
function hook.failed(which, place, detail)
    local failure = refusal.new("ESLURM_ACCESS_DENIED", place,
        "%s of the site's policy failed (%s:%s): tell your administrator", which,
        place.file, place.line or "?")
    failure.detail = detail
    return failure
end

-- For the log: `failure` is one of default_workspace, which refuses nobody who asks for
-- nothing.
function hook.left_alone(failure)
    return tostring(failure.file) .. ":" .. tostring(failure.line)
        .. ": default_workspace failed, so jobs without options of ours are left alone: "
        .. failure.detail
end

-- A refusal of what did not end at a place of the policy.
function hook.endless(place)
    local failure = refusal.new("ESLURM_ACCESS_DENIED", place,
        "the site's policy takes too long to decide (%s:%s): tell your administrator",
        place.file, place.line or "?")
    failure.detail, failure.is_endless = "it does not end, or takes too long", true
    return failure
end

-- As pcall, but returns nil and the place where a host stopped the function.
local function call(called, argument)
    local limited = rawget(_G, "limited")
    if limited then
        return limited(INSTRUCTIONS, called, argument)
    end
    return pcall(called, argument)
end

local function ended(...)
    short_string.as_methods(false)
    return ...
end

-- Calls the policy's function. Returns true and what it returned; or nil and a refusal,
-- which has a `detail` when the function failed.
function hook.call(policy, which, argument)
    short_string.as_methods(true)
    local done, result = ended(call(policy[which], argument))
    if done then
        return true, result
    end
    local place = hook.place(policy, which)
    if done == nil then
        local stopped_at = policy.source:explain(result .. ": ")
        return nil, hook.endless(stopped_at.line and stopped_at or place)
    end
    if type(result) == "table" and getmetatable(result) == Refused then
        return nil, refusal.new("ESLURM_ACCESS_DENIED", place, "%s", result.text)
    end
    local failed_at, detail = policy.source:explain(result)
    detail = tostring(detail):gsub("%c", "?")
    return nil, hook.failed(which, failed_at.line and failed_at or place, detail)
end

return hook
