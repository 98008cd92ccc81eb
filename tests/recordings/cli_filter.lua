-- cli_filter.lua: in a site's place, writes down what a command shows of its options.
--
-- A line is "OPTION TYPE VALUE", as in job_submit.lua beside it.

local OPTIONS = { "account", "argv", "array", "begin", "chdir", "clusters", "comment",
    "constraint", "cpus-per-task", "defaults", "error", "exclusive", "gid", "gpus",
    "gpus-per-node", "hold", "immediate", "input", "job-name", "licenses", "mem", "no-such-option",
    "nodelist", "nodes", "ntasks", "ntasks-per-node", "output", "parsable", "partition", "qos",
    "reservation", "spank", "spank_job_env", "test-only", "time", "time-min", "type", "uid",
    "verbose", "wait", "wckey", "wrap" }

local function line_of(name, value)
    return name .. " " .. type(value) .. " " .. tostring(value):gsub("\n", "\\n") .. "\n"
end

local function write_value(file, name, value)
    if type(value) ~= "table" then
        file:write(line_of(name, value))
        return
    end
    local keys = {}
    for key in pairs(value) do
        keys[#keys + 1] = key
    end
    table.sort(keys, function(one, other) return tostring(one) < tostring(other) end)
    file:write(name .. " table " .. #keys .. "\n")
    for _, key in ipairs(keys) do
        write_value(file, name .. "[" .. tostring(key) .. "]", value[key])
    end
end

local function record(hook, options, ...)
    local name = options["job-name"] or os.getenv("RECORD_AS") or "?"
    local file = io.open("/home/recording/cli_filter", "a")
    if file then
        local words = {}
        for index, word in ipairs({ ... }) do
            words[index] = type(word) .. " " .. tostring(word)
        end
        file:write("== " .. hook .. " " .. name .. " (" .. table.concat(words, ", ") .. ")\n")
        for _, option in ipairs(OPTIONS) do
            local value = options[option]
            if type(value) ~= "nil" then
                write_value(file, option, value)
            end
        end
        file:close()
    end
    return slurm.SUCCESS
end

function slurm_cli_setup_defaults()
    return slurm.SUCCESS
end

function slurm_cli_pre_submit(options, offset)
    return record("pre_submit", options, offset)
end

function slurm_cli_post_submit()
    return slurm.SUCCESS
end
