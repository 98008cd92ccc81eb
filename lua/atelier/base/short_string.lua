-- short_string.lua: Lua's string functions for the policy, none of which takes long.
--
-- A call into C is one instruction for every budget, and cannot be interrupted: a pattern
-- with nested repetitions would hold slurmctld, with all of its users, for hours. So what a
-- match may cost is told beforehand, from the pattern and the length of the text, and
-- what may cost too much is an error, as any other of the site's functions.

local short_string = {}

local STEPS_MAX = 10 * 1000 * 1000 -- of one match; some 50 ms
local BYTES_MAX = 1024 * 1024 -- of a text that is made

local gsub = string.gsub -- the methods of a pattern are those that are made here

-- Returns two counts by which the time of a match grows: how many parts of the pattern may
-- match any length of the text (without `^` the begin of the match counts as one), and how
-- many may match once or not at all.
local function choices(pattern)
    local plain = gsub(gsub(pattern, "%%.", "x"), "%[%^?%]?[^%]]*%]", "x")
    local repeated = select(2, gsub(plain, "[*+-]", ""))
    local nested = select(2, gsub(pattern, "%%[bf]", ""))
    return repeated + nested + (string.sub(pattern, 1, 1) == "^" and 0 or 1),
        select(2, gsub(plain, "?", ""))
end

local function check(text, pattern, level)
    text, pattern = tostring(text), tostring(pattern)
    local repeated, optional = choices(pattern)
    if repeated * math.log(#text + 1) + optional * math.log(2) > math.log(STEPS_MAX) then
        error("a pattern with " .. repeated + optional .. " repetitions on " .. #text
            .. " bytes may take too long: anchor it by ^, or use fewer of * + - ?", level)
    end
end

local function checked(matcher)
    return function(text, pattern, ...)
        check(text, pattern, 3)
        return matcher(text, pattern, ...)
    end
end

-- A copy of Lua's library, since a policy may change what it has.
function short_string.library()
    local library = {}
    for key, member in pairs(string) do
        library[key] = member
    end
    library.match, library.gmatch = checked(string.match), checked(string.gmatch)
    library.gsub = checked(string.gsub)
    library.find = function(text, pattern, start, is_plain)
        if not is_plain then
            check(text, pattern, 3)
        end
        return string.find(text, pattern, start, is_plain)
    end
    library.rep = function(text, count, separator)
        if (#tostring(text) + #(separator or "")) * (tonumber(count) or 0) > BYTES_MAX then
            error("a text of more than " .. BYTES_MAX .. " bytes", 2)
        end
        return string.rep(text, count, separator)
    end
    return library
end

local methods = getmetatable("")
local short = short_string.library()

-- Decides what text:find() and the like are: the policy's functions while its code runs, and
-- Lua's at all other times. A host may end that code at any instruction, so this is called
-- before each call of it, too.
function short_string.as_methods(is_policy)
    methods.__index = is_policy and short or string
end

return short_string
