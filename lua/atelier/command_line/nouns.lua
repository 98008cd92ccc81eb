-- nouns.lua: what may follow `atelier`. A noun whose commands are in Lua has its verbs here and
-- a function for each in atelier.command.NOUN, which is read when one is asked for; or is one
-- command itself, which that module is. `run` reads its own words, in C.

local nouns = {}

nouns.ALL = {
    { noun = "doctor", is_command = true },
    { noun = "framework", verbs = { "list", "show" } },
    { noun = "policy", verbs = { "apply", "check", "explain", "show", "test" } },
    { noun = "run", operands = "[OPTION...] -- COMMAND...",
        summary = "run a framework's processes in a job" },
    { noun = "volume", verbs = { "test" } },
}

-- The entry of a noun; nil where there is none.
function nouns.entry(noun)
    for _, entry in ipairs(nouns.ALL) do
        if entry.noun == noun then
            return entry
        end
    end
end

-- The command of a noun's entry under the verb, or the entry's own; nil where it has none.
function nouns.command(entry, verb)
    if entry.is_command then
        return require("atelier.command." .. entry.noun)
    end
    for _, known in ipairs(entry.verbs or {}) do
        if known == verb then
            return require("atelier.command." .. entry.noun)[verb]()
        end
    end
end

return nouns
