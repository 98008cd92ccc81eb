-- policy.lua: `atelier policy`, each verb in a file of its own.

return {
    apply = require("atelier.command.policy_apply"),
    check = require("atelier.command.policy_check"),
    explain = require("atelier.command.policy_explain"),
    show = require("atelier.command.policy_show"),
    test = require("atelier.command.policy_test"),
}
