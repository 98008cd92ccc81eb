-- file.lua: the policy file as slurmctld uses it: read, trusted, loaded, kept.
--
-- The file is looked at when a job needs it, at most once a second, and is compared by
-- its content: times of change are too coarse and go backwards. A changed file is used
-- when it is good. When it is broken, jobs that need it are refused until it is mended.

local engine = require("atelier.engine")
local trust = require("atelier.trust")

local file = {}

local SIZE_MAX = 4 * 1024 * 1024 -- bytes; one more is read, for the engine to refuse

-- What is known of the file: path, looked_at (second), content, policy or problems.
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
-- even if a link on the way there changes in between.
local function load_trusted(path)
    local real, fault = trust.real_path(path)
    if not real then
        return nil, { fault }
    end
    local text, reason = read(real)
    if not text then
        return nil, { "the policy cannot be read: " .. reason }
    end
    local policy, problems = engine.load(text, path)
    return policy, problems, text
end

-- A file that cannot be read or trusted leaves no content behind, so that it is tried
-- again when the next second's job comes, without having to change.
local function refresh(path)
    local text = read(path)
    if text ~= nil and text == known.content then
        return false
    end
    local before = known.problems and known.problems[1]
    local had_policy = known.policy ~= nil
    known.policy, known.problems, known.content = load_trusted(path)
    return known.policy ~= nil or had_policy or known.problems[1] ~= before
end

-- The policy in force; or nil and the problems, one sentence each. The third value says
-- whether that is news: then, and only then, it is worth a line in the log.
function file.current(path)
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

return file
