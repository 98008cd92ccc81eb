-- job_words.lua: the options of sbatch by which a job is described: those of its script and
-- those of the command line.

local sbatch_options = require("atelier.sbatch.sbatch_options")

-- This is read when there is a script, since every call waits for the modules that are read.
local function batch_script()
    return require("atelier.sbatch.batch_script")
end

local job_words = {}

-- { name, value (nil: none) } of each option. Of hosts, from a file or not, `value` is still
-- what was written.
local function take(asked, option, text)
    local is_list = option.letter == "w" or option.letter == "F"
    asked.words = asked.words or {}
    asked.words[#asked.words + 1] = { name = is_list and "nodelist" or option.name,
        value = text, hosts = is_list and (option.letter == "F" or text:find("/", 1, true))
            and "path" or is_list and "text" or nil, option = option.name }
end

-- The options of sbatch, for a command that describes a job by them.
job_words.OPTIONS = sbatch_options.all(take)

-- The path of the script, nil where there is none.
function job_words.script_of(asked)
    return asked.script and asked.script[1]
end

-- Reads the script once; what is wrong with it ends the explanation.
function job_words.read_script(asked, known)
    if job_words.script_of(asked) and known.script and not known.lines then
        local base = job_words.script_of(asked):match("[^/]*$")
        local words, told = batch_script().read(known.script, base, job_words.OPTIONS)
        known.lines = { words = words or {}, notes = words and told or {},
            fault = not words and told or nil }
    end
    return known.lines or { words = {}, notes = {} }
end

-- The words whose hosts are to be named each, in this order: of the script, then of the
-- command line, then of the environment's file.
function job_words.host_lists(asked, known)
    local lists = {}
    for _, words in ipairs({ job_words.read_script(asked, known).words, asked.words or {} }) do
        for _, word in ipairs(words) do
            lists[#lists + 1] = word.hosts and { [word.hosts] = word.value } or nil
        end
    end
    local file = known.environment and known.environment.SLURM_HOSTFILE
    lists[#lists + 1] = file and { path = file } or nil
    return lists
end

-- Puts what is known of the hosts into the words; returns a sentence where a file cannot be
-- read.
function job_words.settle_hosts(asked, known)
    local place = 0
    local function next_list()
        place = place + 1
        return known.hosts and known.hosts[place]
    end
    for _, words in ipairs({ job_words.read_script(asked, known).words, asked.words or {} }) do
        for _, word in ipairs(words) do
            local hosts = word.hosts and next_list()
            if word.hosts and not hosts then
                return word.from and word.from .. ": " .. batch_script().UNREADABLE
                    or ("--%s=%s cannot be read"):format(word.option, word.value)
            end
            word.value, word.hosts = hosts or word.value, nil
        end
    end
    local file = known.environment.SLURM_HOSTFILE
    if file then
        known.environment.SLURM_HOSTFILE = next_list()
        if not known.environment.SLURM_HOSTFILE then
            return ("$SLURM_HOSTFILE: %s cannot be read: correct it, or unset it")
                :format(file:sub(1, 300))
        end
    end
end

-- Whether the launchers' files are needed: it is only asked of a framework that somebody names
-- whether the job has room for it.
function job_words.needs_launchers(asked, known)
    for _, words in ipairs({ job_words.read_script(asked, known).words, asked.words or {} }) do
        for _, word in ipairs(words) do
            if word.name == "framework" then
                return true
            end
        end
    end
    for key in pairs(known.environment) do
        if key:find("FRAMEWORK", 1, true) then
            return true
        end
    end
    return false
end

return job_words
