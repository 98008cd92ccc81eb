-- setting_line.lua: a line "Key=Value" of slurm.conf, and what it becomes.

local slurm_settings = require("atelier.site.slurm_settings")

local setting_line = {}

local NOTHING = { [""] = true, none = true, ["(null)"] = true }

-- The first and the last place of the key's value in the line, which may have other keys and a
-- comment; nil where it has not this one. Slurm does not mind capitals, and in quotes no blanks.
local function find(line, key)
    local code = line:match("^[^#]*")
    for name, first in code:gmatch("([%w_]+)%s*=%s*()") do
        if name:lower() == key:lower() then
            local value = code:match('^"[^"]*"', first) or code:match("^%S*", first)
            return first, first + #value - 1
        end
    end
end

function setting_line.value(line, key)
    local first, last = find(line, key)
    return first and line:sub(first, last):match('^"?([^"]*)')
end

-- Whether the value goes on in the next line.
function setting_line.goes_on(line, key)
    local _, last = find(line, key)
    return last ~= nil and line:sub(last):find("\\%s*$") ~= nil
end

local function with_words(value, wanted)
    local have = slurm_settings.words(value)
    local list = NOTHING[value:lower()] and {} or { value }
    for _, word in ipairs(wanted) do
        list[#list + 1] = not have[word:lower()] and word or nil
    end
    return table.concat(list, ",")
end

-- What the value is to become. `setting`: { key, value } or { key, words }.
local function wanted_value(setting, value)
    return setting.value or with_words(value, setting.words)
end

-- The line with the setting; nil where it has not this key.
function setting_line.changed(line, setting)
    local first, last = find(line, setting.key)
    if not first then
        return nil
    end
    local value = wanted_value(setting, setting_line.value(line, setting.key))
    if value:find("%s") then
        value = '"' .. value .. '"'
    end
    return line:sub(1, first - 1) .. value .. line:sub(last + 1)
end

function setting_line.new(setting)
    return setting.key .. "=" .. wanted_value(setting, "")
end

return setting_line
