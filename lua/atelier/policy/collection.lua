-- collection.lua: the types of keys that hold lists and tables; see value.lua.

local name = require("atelier.base.name")
local value = require("atelier.policy.value")

local collection = {}

local LIST_MAX = 4096
local MEMBER_MAX = 255 -- bytes
local TEXT_MAX = 1023
local ENVIRONMENT_MAX = 32768 -- the keeper sends it to a step with other facts, in 64 kB

-- nil for a table with the keys 1 to #table alone.
local function list_fault(given)
    if type(given) ~= "table" then
        return "must be a list: { \"first\", \"second\" }"
    end
    local count = 0
    for _ in pairs(given) do
        count = count + 1
    end
    if count ~= #given then
        return "must be a plain list without keys or holes"
    end
    if count > LIST_MAX then
        return "must not have more than " .. LIST_MAX .. " entries"
    end
end

local function items_fault(given, is_good, what)
    local seen = #given > 1 and {}
    for _, item in ipairs(given) do
        if not is_good(item) then
            return "holds `" .. name.quote(item) .. "`, which is not " .. what
        elseif seen then
            if seen[item] then
                return "holds `" .. item .. "` twice"
            end
            seen[item] = true
        end
    end
end

-- A list of names. `limits`: least and most entries; characters, when joined by commas.
function collection.names(limits)
    limits = limits or {}
    return function(given)
        local fault = list_fault(given) or items_fault(given, name.valid, "a name")
        if fault then
            return fault
        end
        if #given < (limits.least or 0) then
            return "must hold at least one name", limits.advice
        end
        if limits.most and #given > limits.most then
            return "must not hold more than " .. limits.most .. " names"
        end
        if limits.characters and #table.concat(given, ",") > limits.characters then
            return "must not be longer than " .. limits.characters .. " characters"
        end
    end
end

-- One name, or a list of at least one.
function collection.name_or_names(given)
    if type(given) == "table" then
        return collection.names({ least = 1 })(given)
    end
    return value.name(given)
end

-- Unix users and groups have more forms than our names: "svc_x$", "alice@example.org".
local function is_account_name(item)
    return type(item) == "string" and #item <= MEMBER_MAX
        and item:find("^[^%c:,/]+$") ~= nil
end

function collection.members(given)
    return list_fault(given)
        or items_fault(given, is_account_name, "a user or group name")
end

-- An empty list would read as "none" to some and as "all" to others.
function collection.relative_paths(given)
    local fault = list_fault(given)
        or items_fault(given, value.is_relative_path, "a path below the volume")
    if fault then
        return fault, value.PATH_RULE
    elseif #given == 0 then
        return "must hold at least one path", "leave the key out to show the whole volume"
    end
end

-- A program by its absolute path and its first arguments: one text, or a list.
function collection.command(given)
    local words = type(given) == "string" and { given } or given
    local fault = list_fault(words)
    if fault then
        return fault
    end
    for _, word in ipairs(words) do
        if not value.is_line(word) then
            return "must hold words of one line each"
        end
    end
    if #words == 0 or value.path(words[1]) then
        return "must begin with the absolute path of a program"
    elseif #table.concat(words, " ") > TEXT_MAX - 1 then
        return "must not be longer than " .. TEXT_MAX - 1 .. " bytes"
    end
    return nil, nil, words
end

-- The dynamic loader obeys LD_* in every process of the job, also in helper programs that
-- the user did not start.
local function variable_fault(variable, text)
    if type(variable) ~= "string" or #variable > name.LENGTH_MAX
        or not variable:find("^[A-Za-z_][A-Za-z0-9_]*$") then
        return "has `" .. name.quote(variable) .. "`, which is not a variable's name"
    end
    if variable:sub(1, 3) == "LD_" then
        return "must not set `" .. variable .. "`"
    end
    if type(text) ~= "string" or #text > TEXT_MAX
        or text:find("\n", 1, true) or text:find("\0", 1, true) then
        return "must give `" .. variable .. "` one line of text in quotes"
    end
end

local function sorted(given)
    local variables = {}
    for variable in pairs(given) do
        variables[#variables + 1] = variable
    end
    table.sort(variables, function(left, right)
        return tostring(left) < tostring(right)
    end)
    return variables
end

function collection.environment(given)
    if type(given) ~= "table" then
        return "must be a table: { NAME = \"value\" }"
    end
    local size = 0
    for _, variable in ipairs(sorted(given)) do
        local fault = variable_fault(variable, given[variable])
        if fault then
            return fault
        end
        size = size + #variable + #given[variable] + 2
    end
    if size > ENVIRONMENT_MAX then
        return "must not be longer than " .. ENVIRONMENT_MAX .. " bytes in all"
    end
end

return collection
