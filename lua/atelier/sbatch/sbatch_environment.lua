-- sbatch_environment.lua: the variables that sbatch reads before its command line, as far
-- as they decide anything.

local name = require("atelier.base.name")
local option_list = require("atelier.base.option")

local sbatch_environment = {}

local VARIABLES = {
    SBATCH_ACCOUNT = "account", SBATCH_ARRAY_INX = "array", SBATCH_CONSTRAINT = "constraint",
    SBATCH_DISTRIBUTION = "distribution", SBATCH_EXCLUSIVE = "exclusive", SBATCH_CPUS_PER_GPU = "cpus-per-gpu", SBATCH_GPUS = "gpus",
    SBATCH_GPUS_PER_NODE = "gpus-per-node", SBATCH_GPUS_PER_SOCKET = "gpus-per-socket",
    SBATCH_GPUS_PER_TASK = "gpus-per-task", SBATCH_GRES = "gres",
    SBATCH_MEM_PER_CPU = "mem-per-cpu", SBATCH_MEM_PER_GPU = "mem-per-gpu",
    SBATCH_MEM_PER_NODE = "mem", SBATCH_OVERCOMMIT = "overcommit",
    SBATCH_PARTITION = "partition", SBATCH_QOS = "qos", SBATCH_RESERVATION = "reservation",
    SBATCH_THREADS_PER_CORE = "threads-per-core", SBATCH_TIMELIMIT = "time",
    SBATCH_TRES_PER_TASK = "tres-per-task", SBATCH_WCKEY = "wckey",
}

-- The plugin's own variables, of the options on which the policy decides. The variable of a list
-- counts only where the option is not given.
local OURS = {}
for _, row in ipairs(option_list) do
    OURS["ATELIER_" .. row.name:gsub("-", "_"):upper()] = row.decides and row.form ~= "MOUNTS"
        and row.name or nil
end

-- What a variable of ours wishes; nil for none. Inside a job that is what the user changed:
-- a step's own values have a mark beside them (plugin/options.c).
local function wish(environment, variable)
    local value = environment[variable]
    local of_job = environment.SLURM_JOB_ID and environment["SLURM_" .. variable]
    return value ~= "" and value ~= of_job and value or nil
end

-- { { name, value, from } }, as sbatch.read takes them.
function sbatch_environment.words(environment)
    local words = {}
    for _, variable in ipairs(name.sorted_keys(environment)) do
        local option = VARIABLES[variable]
            or OURS[variable] and wish(environment, variable) and OURS[variable]
        if option then
            words[#words + 1] = { name = option, value = environment[variable],
                from = "$" .. variable }
        end
    end
    return words
end

-- The list of mounts for a job that gives none.
function sbatch_environment.mounts(environment)
    return wish(environment, "ATELIER_MOUNT")
end

return sbatch_environment
