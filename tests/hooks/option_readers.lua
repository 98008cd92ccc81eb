-- Two readers of one text: what slurmctld's Lua takes from a job's SPANK environment, the
-- prolog takes too, or the job is refused. SEED=N repeats a run, JOBS=N makes it longer.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local spank_env = require("atelier.slurmctld.spank_env")

local seed = tonumber(os.getenv("SEED")) or os.time()
local jobs = tonumber(os.getenv("JOBS")) or 4000
local program = (os.getenv("top_builddir") or ".") .. "/tests/hooks/prolog_options"
print("# SEED=" .. seed)
math.randomseed(seed)

local function any(list)
    return list[math.random(#list)]
end

local OPTIONS = { "workspaces", "" } -- and all that the prolog has
local STARTS = { "", "", "", "", "", "SPANK_", "SPANK_SPANK_", "SLURM_", "SLURM_SPANK_",
    "spank_", "_", "X", " ", "\n", "SPANK" }
local MARKS = { "_SLURM_SPANK_OPTION_atelier_", "_SLURM_SPANK_OPTION_atelier_",
    "_SLURM_SPANK_OPTION_atelier_", "SLURM_SPANK_OPTION_atelier_",
    "_SLURM_SPANK_OPTION_Atelier_", "_SLURM_SPANK_OPTION_other_", "X=" }
local EQUALS = { "=", "=", "=", "=", "==", "" }
local VALUES = { "vision", "nlp", "vision", "", "(null)", "a=b", "1", " vision", "vision\n",
    ("x"):rep(63), ("x"):rep(64), ("x"):rep(65), ("x"):rep(300), "\255\1" }

local function job()
    local entries = {}
    for index = 0, math.random(0, 4) do
        entries[index] = any(STARTS) .. any(MARKS) .. any(OPTIONS) .. any(EQUALS)
            .. any(VALUES)
    end
    return entries
end

local function hexadecimal(text)
    return (text:gsub(".", function(byte)
        return ("%02x"):format(byte:byte())
    end))
end

-- What the prolog reads of each job: a table by option.
local function read_by_prolog(list)
    local given, answered = os.tmpname(), os.tmpname()
    local file = assert(io.open(given, "w"))
    for _, entries in ipairs(list) do
        for index = 0, #entries do
            file:write(hexadecimal(entries[index]), "\n")
        end
        file:write("\n")
    end
    file:close()
    os.execute(program .. " <" .. given .. " >" .. answered)
    local all, one = {}, {}
    for line in io.lines(answered) do
        local option, value = line:match("^([^=]*)=(.*)$")
        if option then
            one[option:gsub("-", "_")] = value:gsub("..", function(digits)
                return string.char(tonumber(digits, 16))
            end)
        else
            all[#all + 1], one = one, {}
        end
    end
    os.remove(given)
    os.remove(answered)
    return all
end

-- Of a job without options the prolog has their names alone.
local function add_options()
    for option in pairs(read_by_prolog({ { [0] = "X=" } })[1]) do
        OPTIONS[#OPTIONS + 1] = option
        local entry = "_SLURM_SPANK_OPTION_atelier_" .. option .. "=vision"
        tap.is(spank_env.options({ spank_job_env = { [0] = entry } }).fault, nil,
            "slurmctld knows the plugin's --" .. option)
    end
    table.sort(OPTIONS) -- a seed repeats a run
end

-- The prolog cuts what is longer than a name, one byte behind its end, so that it stays
-- wrong.
local function is_same(read, by_prolog)
    read = read or ""
    return read == by_prolog or #by_prolog == 65 and read:sub(1, 65) == by_prolog
end

local function show(entries)
    local list = {}
    for index = 0, #entries do
        list[#list + 1] = ("%q"):format(entries[index])
    end
    return table.concat(list, " ")
end

add_options()
tap.ok(#OPTIONS > 2, "the prolog has options")
local list, refused, ours = {}, 0, 0
for index = 1, jobs do
    list[index] = job()
end
local answers = read_by_prolog(list)
tap.is(#answers, jobs, "the prolog's reader read all jobs")
for index, by_prolog in ipairs(answers) do
    local asked = spank_env.options({ spank_job_env = list[index] }) or {}
    refused = refused + (asked.fault and 1 or 0)
    for option, value in pairs(by_prolog) do
        ours = ours + (not asked.fault and value ~= "" and 1 or 0)
        if not asked.fault and not is_same(asked[option], value) then
            tap.is(value, asked[option], "--" .. option .. " of " .. show(list[index]))
        end
    end
end
tap.ok(refused > jobs / 10, refused .. " of " .. jobs .. " jobs were refused")
tap.ok(ours > jobs / 20, ours .. " options were read by both")
tap.done()
