-- slurmctld.lua: as much of Slurm's Lua as the tests need, as strict as the real one: what a job
-- has where nobody said anything is what Slurm has been seen to show there (tests/recordings).

local recording = require("recording")

local slurmctld = { said = {}, logged = {}, verbose = {} }

-- The `slurm` table of 22.05, which has few error codes.
function slurmctld.start()
    local function remember(list)
        return function(format, ...)
            list[#list + 1] = format:format(...)
        end
    end
    -- What a user reads begins with our name, which the tests then need not repeat.
    local function remember_said(format, ...)
        local text = format:format(...)
        slurmctld.said[#slurmctld.said + 1] = text:match("^atelier: (.*)$")
            or "without our name: " .. text
    end
    rawset(_G, "slurm", {
        SUCCESS = 0, ERROR = -1,
        ESLURM_ACCESS_DENIED = 2002, ESLURM_INVALID_ACCOUNT = 2045,
        log_user = remember_said, log_info = remember(slurmctld.logged),
        log_error = remember(slurmctld.logged), log_verbose = remember(slurmctld.verbose),
    })
end

local WRITABLE = { account = "string", partition = "string", wckey = "string",
    admin_comment = "string", qos = "string", features = "string", licenses = "string",
    reservation = "string", time_limit = "number", max_nodes = "number",
    min_nodes = "number", bitflags = "number" }

slurmctld.WRITABLE = WRITABLE

local ASKED = recording.asked("job_submit", "FIELDS")
local OWN = { user_id = true, group_id = true, spank_job_env_size = true } -- of the recorded job

-- What Slurm has in the fields of which its user says nothing: numbers that mean nothing.
local function unset_of(title, release)
    local unset = {}
    for key, value in pairs(recording.find(recording.read(release, "job_submit"), title).fields) do
        unset[key] = not OWN[key] and type(value) ~= "string" and type(value) ~= "table" and value
            or nil
    end
    return unset
end

local function described(fields, unset)
    local written = {}
    local proxy = setmetatable({}, {
        __index = function(_, key)
            if not ASKED[key] then
                error("Slurm's job_desc has no field " .. tostring(key))
            end
            for _, known in ipairs({ written, fields, unset }) do
                if known[key] ~= nil then
                    return known[key]
                end
            end
        end,
        __newindex = function(_, key, given)
            if not WRITABLE[key] then
                error("field " .. key .. " is not ours to write")
            end
            if type(given) ~= WRITABLE[key] then
                error("bad argument #3 to '?' (" .. WRITABLE[key] .. " expected, got "
                    .. type(given) .. ")")
            end
            written[key] = given
        end,
    })
    return proxy, written
end

local NEW, CHANGED = unset_of("submit sbatch_plain", "22.05"), unset_of("modify modified", "22.05")
CHANGED.time_limit = NEW.time_limit -- the recorded one changes it

-- A job_desc of a new job: reading an unset text gives nil, assigning nil raises an error, and an
-- assignment is remembered in `written`. Slurm has no field but those that were asked for when it
-- was recorded.
function slurmctld.job_desc(fields)
    return described(fields, NEW)
end

-- Likewise of a job that is to change.
function slurmctld.changed_desc(fields)
    return described(fields, CHANGED)
end

-- Slurm's array of the SPANK environment, from index 0.
function slurmctld.spank_job_env(entries)
    local array = {}
    for index, entry in ipairs(entries) do
        array[index - 1] = entry
    end
    return array
end

-- The last sentence to the user, and forgets all of them.
function slurmctld.last_said()
    local last, count = slurmctld.said[#slurmctld.said], #slurmctld.said
    for index = count, 1, -1 do
        slurmctld.said[index] = nil
    end
    return last, count
end

local function take(list)
    local text = table.concat(list, "\n")
    for index = #list, 1, -1 do
        list[index] = nil
    end
    return text
end

-- The lines logged since the last call, in one text.
function slurmctld.last_logged()
    return take(slurmctld.logged)
end

-- Likewise those that only a verbose command shows.
function slurmctld.last_verbose()
    return take(slurmctld.verbose)
end

return slurmctld
