-- spank_env.lua: the entries "NAME=VALUE" that a job hands on to its nodes' SPANK plugins
-- (job_desc.spank_job_env), and the grammar of ours among them.
--
-- Whoever submits may write any entry, also by Slurm's API. slurmd puts "SPANK_" before a
-- name that does not begin with it, and gives all of them to the exec of root's prolog,
-- where plugin/options.c reads ours. So an entry that could be ours there by another name
-- than PREFIX is refused here: two readers must not see two jobs.

local agreed = require("atelier.base.agreed")
local name = require("atelier.base.name")
local option_list = require("atelier.base.option")

local spank_env = {}

local MARK = agreed.SLURM_OPTION_MARK
local ENTRY_MAX = 9216 -- bytes of an option that are looked at; a longer value is refused

-- The kernel refuses an exec with one string of 131,072 bytes (MAX_ARG_STRLEN), and slurmd
-- drains the node whose prolog it cannot run. All entries together stay below that.
spank_env.BYTES_MAX = 122880
spank_env.ENTRIES_MAX = 1024

local FORM = {} -- of the value of each option
for _, one in ipairs(option_list) do
    FORM[one.name:gsub("-", "_")] = one.form
end

-- Keeps what one entry of ours says. An option that is there twice with two values was
-- forged: slurmctld and the node could each take another one.
local function add_option(asked, option, given)
    if not FORM[option] then
        asked.fault = "slurmctld's Atelier, " .. agreed.RELEASE .. ", is older than the "
            .. "command's: it does not know --" .. name.quote((option:gsub("_", "-")))
    elseif asked[option] ~= nil and asked[option] ~= given then
        asked.fault = "--" .. option .. " is given twice with different values"
    end
    asked[option] = given
end

local function add_entry(asked, name, given)
    local at = name:find(MARK, 1, true)
    if at ~= 1 or not given then
        asked.fault = "the job's SPANK environment has an entry of Atelier's that "
            .. "Slurm's commands do not write: submit with sbatch, salloc or srun"
    else
        local option = name:sub(#MARK + 1)
        -- Slurm has "(null)" or nothing where there is no argument.
        add_option(asked, option, FORM[option] == "FLAG" and "1" or given:sub(1, ENTRY_MAX))
    end
end

-- What the job asks for with our options, and in `fault` what is wrong with them; nil
-- when it uses none. Slurm's array begins at index 0, so that ipairs and # would miss its
-- first entry.
function spank_env.options(job)
    local asked
    for _, entry in pairs(job.spank_job_env or {}) do
        local equals = entry:find("=", 1, true)
        local name = entry:sub(1, math.min(equals and equals - 1 or #entry, ENTRY_MAX))
        if name:find(MARK, 1, true) then
            asked = asked or {}
            add_entry(asked, name, equals and entry:sub(equals + 1))
        end
    end
    return asked
end

-- Why slurmd could not start the prolog of this job, of any user's and with whatever
-- plugin; nil when it can. The number is asked first: Slurm makes the list for each look.
function spank_env.excess(job)
    local count, bytes = tonumber(job.spank_job_env_size) or 0, 0
    if count <= spank_env.ENTRIES_MAX then
        for _, entry in pairs(job.spank_job_env or {}) do
            bytes = bytes + #entry
        end
    end
    if count <= spank_env.ENTRIES_MAX and bytes <= spank_env.BYTES_MAX then
        return nil
    end
    return "the job's SPANK environment has "
        .. (bytes > 0 and bytes .. " bytes in " or "") .. count .. " entries, and no node "
        .. "could start the job's prolog with more than " .. spank_env.BYTES_MAX
        .. " bytes in " .. spank_env.ENTRIES_MAX .. ": shorten what options of SPANK "
        .. "plugins and $SLURM_SPANK_ variables hand on"
end

return spank_env
