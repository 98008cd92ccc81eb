-- sbatch_value.lua: the arguments of sbatch's options. Each function returns what its text
-- says (nil: no argument), or nil and what is wrong with it.

local duration = require("atelier.base.duration")
local name = require("atelier.base.name")

local sbatch_value = {}

local INFINITE = 4294967295 -- Slurm's number for no limit
local COUNT_MAX = 1e9

local function wrong(text, what)
    return nil, "`" .. name.quote(text or "") .. "` is no " .. what .. " as sbatch takes it"
end

function sbatch_value.text(text)
    return text or ""
end

-- The argument of an option that may be given several times.
function sbatch_value.list(text)
    return text or ""
end

function sbatch_value.yes()
    return true
end

-- The number of job_desc.shared: with --exclusive alone the job has whole nodes.
function sbatch_value.exclusive(text)
    return (text or "") == "" and 0 or 2
end

-- Whether --distribution says that each task is where the list of nodes has it.
function sbatch_value.arbitrary(text)
    local word = (text or ""):lower():match("^[^,]*")
    return word == "arbitrary" or word == "hostfile"
end

function sbatch_value.one()
    return 1
end

local function number(text)
    local found = text and text:find("^%d+$") and tonumber(text)
    return found and found <= COUNT_MAX and found or nil
end

function sbatch_value.count(text)
    local count = number(text)
    if not count or count == 0 then
        return wrong(text, "count")
    end
    return count
end

local UNITS = { [""] = 1, k = 1024, m = 1024 * 1024 }

local function nodes(text)
    local digits, unit = text:match("^(%d+)([kKmM]?)$")
    return digits and tonumber(digits) <= COUNT_MAX
        and tonumber(digits) * UNITS[unit:lower()] or nil
end

-- "2", "2-4", "1k", "1-5:2,8": { min, max }; max is nil where it is open.
function sbatch_value.nodes(text)
    text = text or ""
    local first, last = text:match("^(%d+[kKmM]?)%-(%d+[kKmM]?)$")
    local least, most
    if first or text:find("^%d+[kKmM]?$") then
        least, most = nodes(first or text), nodes(last or text)
    else -- a list of sizes
        for size in text:gmatch("%d+") do
            least, most = least or tonumber(size), tonumber(size)
        end
        least = text:find("^[%d,:%-]+$") and text:find(",", 1, true) and least or nil
    end
    if not least or least > most and most ~= 0 then
        return wrong(text, "count")
    end
    return { min = least, max = most ~= 0 and most or nil }
end

-- "8", "a100:8", "a100:2,v100:1": a list of Slurm's, "gres:gpu:a100:8".
function sbatch_value.gpus(text)
    local list = {}
    for item in ((text or "") .. ","):gmatch("([^,]*),") do
        if not number(item:match("^[^:=]+[:=](%d+)$") or item) then
            return wrong(text, "count")
        end
        list[#list + 1] = "gres:gpu:" .. item
    end
    return table.concat(list, ",")
end

-- "gpu", "gpu:8", "gpu:a100:8,shard:4"; "none" is no list.
function sbatch_value.gres(text)
    text = text or ""
    if text:lower() == "none" then
        return "none"
    end
    for item in (text .. ","):gmatch("([^,]*),") do
        local what, rest = item:match("^([^:=]+)[:=]?(.*)$")
        local count = rest and (rest:match("([^:=]*)$"))
        if not what or count:find("^%d") and not count:find("^%d+[kKmMgG]?%(?") then
            return wrong(text, "list of GRES")
        end
    end
    return text
end

-- "cpu:4,gres/gpu:a100:1": { cpus, list }.
function sbatch_value.tres(text)
    local list, cpus = {}, nil
    for item in ((text or "") .. ","):gmatch("([^,]*),") do
        local what, count = item:match("^(.*)[:=](%d+)$")
        if what == "cpu" then
            cpus = number(count)
        elseif item:find("^gres/.") then
            list[#list + 1] = item
        elseif not what then
            return wrong(text, "list of TRES")
        end
    end
    return { cpus = cpus, list = list[1] and table.concat(list, ",") }
end

local SIZES = { [""] = 1, m = 1, k = 1 / 1024, g = 1024, t = 1024 * 1024 }

-- Memory in MiB, rounded up; a number without a suffix is MiB.
function sbatch_value.memory(text)
    local digits, unit = (text or ""):match("^(%d+)([kKmMgGtT]?)$")
    if not digits or #digits > 12 then
        return wrong(text, "size")
    end
    return math.ceil(tonumber(digits) * SIZES[unit:lower()])
end

-- A wall time in minutes.
function sbatch_value.time(text)
    text = text or ""
    local word = text:lower()
    if word == "-1" or word == "infinite" or word == "unlimited"
        or text:find("^0[0:%-]*$") then
        return INFINITE
    end
    local minutes = duration.minutes(text)
    if not minutes then
        return nil, "`" .. name.quote(text) .. "` is no wall time: " .. duration.RULE
    end
    return minutes
end

-- "SOCKETS[:CORES[:THREADS]]", each a number, or nothing or "*" for any: a list with holes.
function sbatch_value.shape(text)
    local shape, index = {}, 0
    for item in ((text or "") .. ":"):gmatch("([^:]*):") do
        index = index + 1
        local count = item:match("^%d+")
        if index > 3 or not count and item ~= "" and item ~= "*" then
            return wrong(text, "shape of a node")
        end
        shape[index] = count and tonumber(count)
    end
    return shape
end

return sbatch_value
