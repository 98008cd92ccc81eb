-- nouns.lua: what may follow `atelier`. A noun of a module has its verbs, options and about
-- there, in atelier.command.NOUN; the others read their own words, in C.

return {
    { noun = "doctor", operands = "[--nodes]",
        summary = "say whether this machine or an allocation is well" },
    { noun = "framework", module = "atelier.command.framework" },
    { noun = "policy", module = "atelier.command.policy" },
    { noun = "run", operands = "[OPTION...] -- COMMAND...",
        summary = "run a framework's processes on the allocation" },
    { noun = "volume", verb = "test", operands = "[NAME...]",
        summary = "ask the volumes' file servers" },
}
