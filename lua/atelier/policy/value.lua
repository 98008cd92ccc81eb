-- value.lua: the types that a key of the policy may have; collection.lua has those of
-- lists and tables.
--
-- A type is a function of the value. For a bad one it returns the rest of the sentence
-- "key `port` of file_server `store` ...", and perhaps an advice; for a good one nil, nil
-- and, if another value than the given one is to be kept, that.

local agreed = require("atelier.base.agreed")
local duration = require("atelier.base.duration")
local name = require("atelier.base.name")
local nearest = require("atelier.base.nearest")

local value = {}

local PATH_MAX = agreed.PLAN_PATH_MAX
local TEXT_MAX = 1023

function value.is_line(text, length)
    return type(text) == "string" and #text > 0 and #text <= (length or TEXT_MAX)
        and not text:find("%c")
end

function value.name(given)
    if not name.valid(given) then
        return "must be a name", name.RULE
    end
end

function value.text(given)
    if not value.is_line(given) then
        return "must be one line of text"
    end
end

-- A host name, an IPv4 or an IPv6 address.
function value.host(given)
    if not value.is_line(given, agreed.PLAN_HOST_MAX)
        or not given:find("^[A-Za-z0-9:][A-Za-z0-9._:-]*$") then
        return "must be a host name or an address"
    end
end

local function has_dots(path)
    for part in path:gmatch("[^/]+") do
        if part == "." or part == ".." then
            return true
        end
    end
    return false
end

-- An absolute path without "." and "..", since the server is asked for it as it stands.
function value.path(given)
    if not value.is_line(given, PATH_MAX) or given:sub(1, 1) ~= "/" then
        return "must be an absolute path"
    elseif has_dots(given) then
        return "must be a path without `.` and `..`"
    end
end

value.PATH_RULE = "use letters, digits and `._+=@-` between single slashes, no `.` or `..`"

-- "train/images": below another directory, by names alone. The characters are those that
-- mean nothing to a list, a shell or a terminal.
function value.is_relative_path(given)
    if not value.is_line(given, PATH_MAX) or given:find("[^A-Za-z0-9._+=@/-]")
        or has_dots(given) or given:find("^/") or given:find("/$")
        or given:find("//", 1, true) then
        return false
    end
    for part in given:gmatch("[^/]+") do
        if #part > agreed.PLAN_PART_MAX then
            return false
        end
    end
    return true
end

-- As value.path, for a path that becomes a part of a list of mount options.
function value.option_path(given)
    local fault, advice = value.path(given)
    if not fault and given:find(",", 1, true) then
        return "must be a path without commas"
    end
    return fault, advice
end

-- What a mount program is told to mount. It must not be taken for an option of the program.
function value.source(given)
    if not value.is_line(given, PATH_MAX) or given:find("^-") or has_dots(given) then
        return "must be what its mount program calls the source"
    end
end

-- A size such as "16g", as tmpfs takes it.
function value.size(given)
    if type(given) ~= "string" or #given > 12 or not given:find("^[1-9]%d*[kmgtKMGT]$")
    then
        return "must be a size such as \"512m\" or \"16g\""
    end
    return nil, nil, given:lower()
end

-- A number between two limits; written so that NaN is refused.
local function within(given, least, most)
    return type(given) == "number" and given >= least and given <= most
end

function value.whole(least, most)
    return function(given)
        if not within(given, least, most) or given % 1 ~= 0 then
            return ("must be a whole number from %d to %d"):format(least, most)
        end
    end
end

function value.number(least, most)
    return function(given)
        if not within(given, least, most) then
            return ("must be a number of seconds from %d to %d"):format(least, most)
        end
    end
end

-- The keeper of a job has seven seconds in all before Slurm's prolog goes on without it:
-- a longer deadline would be cut off with no word on which server was slow.
function value.seconds(given)
    if not within(given, 0.1, 6) then
        return "must be a number of seconds from 0.1 to 6"
    end
end

function value.wall_time(given)
    local minutes = duration.minutes(given)
    if not minutes then
        return "must be a wall time", duration.RULE
    end
    return nil, nil, minutes
end

-- `kind`, and `read(given)` is kept.
function value.kept_as(kind, read)
    return function(given)
        local fault, advice = kind(given)
        if fault then
            return fault, advice
        end
        return nil, nil, read(given)
    end
end

-- `text`: the words, with a space between them.
function value.choice(text)
    local words = name.words(text)
    return function(given)
        for _, word in ipairs(words) do
            if given == word then
                return nil
            end
        end
        local best = type(given) == "string" and nearest.find(given, words)
        return "must be " .. name.choices(words),
            best and "did you mean `" .. best .. "`?" or nil
    end
end

return value
