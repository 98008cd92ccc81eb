-- Whether a job begins an experiment: a typo is told with the name that is near.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local engine = require("atelier.engine")
local new_experiment = require("atelier.decide.new_experiment")

local POLICY = assert(engine.load([[
cluster "cpu" { partition = "cpu" }
workspace "Vision" { account = "team", accounts = { "extra" }, clusters = { "cpu" },
    users = { "alice" }, groups = { "visitors" }, default_experiment = "Main" }
workspace "nlp" { account = "nlp", clusters = { "cpu" }, users = { "alice" },
    experiments = { "bert" } }
]], "policy.lua"))

local function accounts(changes)
    local asked = { user = "alice", groups = {}, workspace = "Vision", experiment = "digts" }
    for key, given in pairs(changes or {}) do
        asked[key] = given
    end
    return new_experiment.accounts(POLICY, asked)
end
tap.is(accounts(), "team,extra", "the accounts that jobs of the workspace may have")
tap.is(accounts({ user = "dave", groups = { "visitors" } }), "team,extra", "a member by group")
tap.is(accounts({ user = "mallory" }), nil, "a stranger is told nothing")
tap.is(accounts({ workspace = "none" }), nil, "nor is anybody of a workspace that is none")
tap.is(accounts({ workspace = "nlp" }), nil, "the policy has the names")
tap.is(accounts({ experiment = "mAIN" }), nil, "the default experiment is never new")

local function tell(experiment, ...)
    return new_experiment.tell(POLICY, { workspace = "Vision", experiment = experiment,
        wckeys = table.concat({ ... }, "\n") .. "\n" })
end
tap.is(tell("digts", "vision.digits", "vision.resnet", "vision"),
    "new experiment `digts` in Vision (there is `digits`)", "a typo")
tap.is(tell("Digits", "vision.resnet", "vision.digits"), nil, "one that is there, in any case")
tap.is(tell("digits", "*vision.digits"), nil, "... as a user's default")
tap.is(tell("gpt", "vision.digits"), "new experiment `gpt` in Vision", "nothing is near")
tap.is(tell("digits", "visions.digits", "nlp.digits", ""), "new experiment `digits` in Vision",
    "those of other workspaces are others")
tap.is(tell("first"), "new experiment `first` in Vision", "the first of all")

tap.done()
