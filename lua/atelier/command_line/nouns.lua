-- nouns.lua: what may follow `atelier`. A noun whose commands are in Lua is a module
-- atelier.command.NOUN and nothing else: it has a function for each verb, or is one command
-- itself. The host says which there are; they are read when one is asked for. `run` reads its
-- own words, in C.

local name = require("atelier.base.name")

local nouns = {}

nouns.ALL = {
    { noun = "run", operands = "[OPTION...] -- COMMAND...",
        summary = "run a framework's processes in a job" },
}

local function find(noun)
    for _, entry in ipairs(nouns.ALL) do
        if entry.noun == noun then
            return entry
        end
    end
end

-- Adds the nouns of `modules`, the names of those that are there: `file_server` is the noun
-- `file-server`.
function nouns.add(modules)
    for _, module in ipairs(modules) do
        local noun = module:gsub("_", "-")
        if module:find("^[a-z_]+$") and not find(noun) then
            nouns.ALL[#nouns.ALL + 1] = { noun = noun, path = "atelier.command." .. module }
        end
    end
    table.sort(nouns.ALL, function(one, other)
        return one.noun < other.noun
    end)
end

-- The entry of a noun, with `verbs`, or `is_command` where it is one itself; nil where there
-- is none.
function nouns.entry(noun)
    local entry = find(noun)
    if entry and entry.path and not entry.module then
        entry.module = require(entry.path)
        entry.is_command = entry.module.answer ~= nil
        entry.verbs = not entry.is_command and name.sorted_keys(entry.module) or nil
    end
    return entry
end

-- The command of a noun's entry under the verb, or the entry's own; nil where it has none.
function nouns.command(entry, verb)
    if entry.is_command then
        return entry.module
    end
    local make = entry.module and verb and entry.module[verb]
    return make and make() or nil
end

return nouns
