-- policy.lua: `atelier policy`, each verb in a file of its own.

return {
    check = require("atelier.command.policy_check"),
    show = require("atelier.command.policy_show"),
    test = require("atelier.command.policy_test"),
}
