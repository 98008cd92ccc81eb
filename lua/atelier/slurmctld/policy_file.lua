-- policy_file.lua: the policy file as slurmctld uses it: read, trusted, loaded, kept.
--
-- The file and those that it includes are looked at when a job needs them, at most once a
-- second, and compared by content: times of change are too coarse and go backwards. A
-- changed policy is in force when it is good. When it is broken or gone, the last good one
-- stays. When others than root can write it, none is in force: somebody may be at work.

local budget = require("atelier.base.budget")
local engine = require("atelier.engine").read_all()
local trust = require("atelier.slurmctld.trust")

local policy_file = {}

local SIZE_MAX = 4 * 1024 * 1024 -- bytes; one more is read, for the engine to refuse

-- What is known of the file: path, looked_at (second), contents ({ path = text, or false
-- when there is none }; nil: look again), policy (in force), problems (of the newest).
local known = {}

local function read(path)
    local opened, reason = io.open(path, "rb")
    if not opened then
        return nil, reason
    end
    local text, failure = opened:read(SIZE_MAX + 1)
    opened:close()
    if not text then
        return nil, path .. ": " .. (failure or "the file is empty")
    end
    return text
end

-- The text is read again by its real path, so that what was checked is what is loaded,
-- even if a link on the way there changes in between. A file that is not trusted counts as
-- none, so that it is looked at again without having to change.
local function read_trusted(look, path)
    local text, reason = read(path)
    local real, fault, exposed
    if text then
        real, fault, exposed = trust.real_path(path)
        look.exposed = look.exposed or exposed
        text, reason = nil, fault
    end
    if real then
        text, reason = read(real)
    end
    look.contents[path] = text or false
    return text, reason
end

-- An error of the engine is told like any other problem of the file.
local function load_text(look, text, path)
    local directory, main = path:match("^(.-)([^/]*)$")
    local files = { main } -- in the order in which the engine numbers them
    local done, policy, problems = budget.call(budget.LOAD, engine.load, text, path,
        function(name)
            files[#files + 1] = name
            return read_trusted(look, directory .. name)
        end)
    if done then
        return policy, problems
    elseif done == nil then
        local index, line = policy:match("(%d+):(%d+)$")
        local place = index and files[tonumber(index)] .. ":" .. line or main
        return nil, { main .. " takes too long to load (" .. place .. ")" }
    end
    return nil, { "the policy engine failed: " .. tostring(policy) }
end

local function load_trusted(path)
    local look = { contents = {} }
    local text, reason = read_trusted(look, path)
    if text then
        look.policy, look.problems = load_text(look, text, path)
    else
        look.problems = { reason }
    end
    return look
end

local function is_unchanged()
    for path, text in pairs(known.contents or {}) do
        if (read(path) or false) ~= text then
            return false
        end
    end
    return known.contents ~= nil
end

-- A policy of a thousand workspaces is some ten thousand tables, and by Lua's own pace its
-- collector would look at so many of them at once that one decision in thirty takes four
-- times as long as the others. Shorter steps that begin earlier spread the work, and need
-- no more memory: percent of the memory in use when a round begins, percent of what is
-- allocated that is looked at meanwhile (40 is the least that Lua 5.3 takes).
local function collect_in_short_steps()
    collectgarbage()
    collectgarbage("setpause", 110)
    collectgarbage("setstepmul", 40)
end

-- Returns whether there is something to tell.
local function refresh(path)
    if is_unchanged() then
        return false
    end
    local look = load_trusted(path)
    local told = known.problems and known.problems[1]
    known.contents, known.problems = look.contents, look.problems
    if look.policy or look.exposed then
        known.policy = look.policy
        collect_in_short_steps()
    end
    return look.policy ~= nil or look.problems[1] ~= told
end

-- The policy in force, or nil; the problems of the newest file, one sentence each, nil
-- when it is the one in force; and whether that is news: then, and only then, it is worth
-- a line in the log.
function policy_file.current(path)
    local now = os.time()
    local news = false
    if known.path ~= path or known.looked_at ~= now then
        if known.path ~= path then
            known = { path = path }
        end
        known.looked_at = now
        news = refresh(path)
    end
    return known.policy, known.problems, news
end

return policy_file
