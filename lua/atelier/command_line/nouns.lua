-- nouns.lua: what may follow `atelier`. A noun has its verbs, each a module that is read when
-- it is asked for, or is one command; `run` reads its own words, in C.

return {
    { noun = "doctor", command = "atelier.command.doctor" },
    { noun = "framework", verbs = {
        list = "atelier.command.framework_list", show = "atelier.command.framework_show",
    } },
    { noun = "policy", verbs = {
        apply = "atelier.command.policy_apply", check = "atelier.command.policy_check",
        explain = "atelier.command.policy_explain", show = "atelier.command.policy_show",
        test = "atelier.command.policy_test",
    } },
    { noun = "run", operands = "[OPTION...] -- COMMAND...",
        summary = "run a framework's processes in a job" },
    { noun = "volume", verbs = { test = "atelier.command.volume_test" } },
}
