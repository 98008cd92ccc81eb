-- value.lua: the types that a key of the policy file may have.
--
-- A type is a function of the value. It returns nil for a good value, else the rest of
-- the sentence "key `port` of file_server `store` ...", and perhaps an advice.

local name = require("atelier.name")
local nearest = require("atelier.nearest")

local value = {}

local PATH_MAX = 1023 -- bytes; these two are sizes of the node's plan
local HOST_MAX = 255
local LIST_MAX = 4096
local TEXT_MAX = 1023
local ENVIRONMENT_MAX = 32768 -- the keeper sends it to a step with other facts, in 64 kB

local function is_line(text, length)
    return type(text) == "string" and #text > 0 and #text <= length
        and not text:find("%c")
end

function value.name(given)
    if not name.valid(given) then
        return "must be a name", name.RULE
    end
end

function value.text(given)
    if not is_line(given, TEXT_MAX) then
        return "must be one line of text"
    end
end

-- A host name, an IPv4 or an IPv6 address.
function value.host(given)
    if not is_line(given, HOST_MAX)
        or not given:find("^[A-Za-z0-9:][A-Za-z0-9._:-]*$") then
        return "must be a host name or an address"
    end
end

-- An absolute path without "." and "..", since the server is asked for it as it stands.
function value.path(given)
    if not is_line(given, PATH_MAX) or given:sub(1, 1) ~= "/" then
        return "must be an absolute path"
    end
    for part in given:gmatch("[^/]+") do
        if part == "." or part == ".." then
            return "must be a path without `.` and `..`"
        end
    end
end

-- A number between two limits; written so that NaN is refused.
local function within(given, least, most)
    return type(given) == "number" and given >= least and given <= most
end

-- 0 lets the client ask the server's portmapper.
function value.port(given)
    if not within(given, 0, 65535) or given % 1 ~= 0 then
        return "must be a whole number from 0 to 65535"
    end
end

-- The keeper of a job has seven seconds in all before Slurm's prolog goes on without it:
-- a longer deadline would be cut off with no word on which server was slow.
function value.seconds(given)
    if not within(given, 0.1, 6) then
        return "must be a number of seconds from 0.1 to 6"
    end
end

function value.choice(words)
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
    local seen = {}
    for _, item in ipairs(given) do
        if not is_good(item) then
            return "holds `" .. name.quote(item) .. "`, which is not " .. what
        end
        if seen[item] then
            return "holds `" .. item .. "` twice"
        end
        seen[item] = true
    end
end

-- A list of names. `limits`: least and most entries; characters, when joined by commas.
function value.names(limits)
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

-- Unix users and groups have more forms than our names: "svc_x$", "alice@example.org".
local function is_account_name(item)
    return is_line(item, HOST_MAX) and not item:find("[:,/]")
end

function value.members(given)
    return list_fault(given)
        or items_fault(given, is_account_name, "a user or group name")
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

function value.environment(given)
    if type(given) ~= "table" then
        return "must be a table: { NAME = \"value\" }"
    end
    local variables = {}
    for variable in pairs(given) do
        variables[#variables + 1] = variable
    end
    table.sort(variables, function(left, right)
        return tostring(left) < tostring(right)
    end)
    local size = 0
    for _, variable in ipairs(variables) do
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

return value
