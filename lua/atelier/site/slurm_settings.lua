-- slurm_settings.lua: what Slurm's programs say of its configuration, taken apart.

local slurm_settings = {}

-- Slurm's words for a setting that is not made.
local NOTHING = { [""] = true, ["(null)"] = true, ["N/A"] = true, none = true }

-- { KEY = value } of lines "KEY   = VALUE"; a setting that is not made is left out. Of two
-- lines for one key the first counts: sections of plugins follow Slurm's own.
function slurm_settings.read(text)
    local settings = {}
    for line in text:gmatch("[^\n]+") do
        local key, value = line:match("^(%S+)%s*=%s?(.-)%s*$")
        if key and settings[key] == nil and not NOTHING[value] then
            settings[key] = value
        end
    end
    return settings
end

local SLURMDBD = "\nSlurmDBD configuration:"

-- As read, of slurmdbd's part of what `sacctmgr show configuration` prints; nil when it
-- has none.
function slurm_settings.of_slurmdbd(text)
    local start = text:find(SLURMDBD, 1, true)
    return start and slurm_settings.read(text:sub(start))
end

-- { word = true } of "Alloc,Contain", in lower case, as Slurm reads them.
function slurm_settings.words(value)
    local set = {}
    for word in (value or ""):lower():gmatch("[^,%s]+") do
        set[word] = true
    end
    return set
end

-- Whether a list of plugins has the one, which may stand with its type: "job_submit/lua".
function slurm_settings.has_plugin(value, kind, plugin)
    local words = slurm_settings.words(value)
    return words[plugin] or words[kind .. "/" .. plugin] or false
end

return slurm_settings
