-- The decision on a new job in slurmctld, rule by rule.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local engine = require("atelier.engine")
local site = require("site")

local policy = site.policy()

-- The request of alice for workspace vision, with what a test changes.
local function ask(changes)
    local asked = { user = "alice", uid = 1001, workspace = "vision" }
    for key, word in pairs(changes) do
        asked[key] = word ~= false and word or nil
    end
    return engine.submit(policy, asked)
end

local function refused(changes, code, text)
    local decision, refusal = ask(changes)
    tap.is(decision, nil, "refused: " .. text)
    tap.is(refusal and refusal.code, code, "... as " .. code)
    tap.is(refusal and refusal.text, text, "... in one sentence")
end

local decision = ask({ experiment = "digits", framework = "pytorch" })
tap.is(decision.account, "vision", "the account, in Slurm's lower case")
tap.is(decision.partition, "cpu", "the first cluster is the default")
tap.is(decision.wckey, "vision.digits", "workspace and experiment make the wckey")
tap.is(decision.admin_comment,
    "atelier/1 workspace=vision experiment=digits framework=pytorch cluster=cpu",
    "the record")
tap.is(decision.qos, nil, "the QOS stays the user's")
tap.is(ask({}).wckey, "vision", "without experiment the wckey is the workspace")
tap.is(ask({}).admin_comment, "atelier/1 workspace=vision cluster=cpu",
    "and the record short")
tap.is(ask({ user = "bob", workspace = "nlp" }).partition, "gpu", "default_cluster")
tap.is(next(ask({ workspace = false })), nil, "without our options nothing is decided")

-- Who may use it.
local NONE = "you are a member of no workspace; ask your administrator"
local NONE_BY_NAME = "you are a member of no workspace by user name; "
    .. "ask your administrator"
refused({ workspace = "visoin" }, "ESLURM_INVALID_ACCOUNT",
    "workspace `visoin` is not one of yours: choose vision")
refused({ workspace = "nlp" }, "ESLURM_INVALID_ACCOUNT",
    "workspace `nlp` is not one of yours: choose vision")
refused({ user = "carol", workspace = "x" }, "ESLURM_INVALID_ACCOUNT",
    "workspace `x` is not one of yours: choose nlp or vision")
refused({ user = "mallory", groups = {} }, "ESLURM_INVALID_ACCOUNT",
    "workspace `vision` is not one of yours: " .. NONE)
refused({ user = "mallory", groups = {}, workspace = "nothing" },
    "ESLURM_INVALID_ACCOUNT",
    "workspace `nothing` is not one of yours: " .. NONE)
refused({ user = "mallory", workspace = "nlp" }, "ESLURM_INVALID_ACCOUNT",
    "workspace `nlp` is not one of yours: " .. NONE_BY_NAME)
refused({ user = false, workspace = "nlp" }, "ESLURM_INVALID_ACCOUNT",
    "this machine knows no name for your uid, so that nobody can say whether workspace "
    .. "`nlp` is one of yours: tell your administrator")
tap.ok(ask({ user = "dave", groups = { "users", "vision" } }), "a member by group")
tap.ok(ask({ user = "dave" }),
    "groups unknown: left to Slurm's associations and the node")
tap.is((ask({ user = "dave", workspace = "nlp" })), nil,
    "but not where users alone are named")

-- Names.
local RULE = "use letters, digits, `.`, `_` and `-`, "
    .. "the first a letter or a digit, at most 64"
for _, option in ipairs({ "workspace", "experiment", "framework" }) do
    for _, hostile in ipairs(site.hostile) do
        local none, refusal = ask({ [option] = hostile })
        local text = refusal and refusal.text or ""
        if option ~= "experiment" or hostile ~= "vision." then
            tap.is(none, nil, "refused: --" .. option .. "=" .. hostile)
            tap.ok(#text < 256 and #text > 0 and not text:find("[^ -~]"),
                "... in one clean line")
        end
    end
end
refused({ workspace = "a;rm -rf /" }, "ESLURM_ACCESS_DENIED",
    "--workspace=`a;rm -rf /` is not a name: " .. RULE)
refused({ experiment = "" }, "ESLURM_ACCESS_DENIED", "--experiment needs a name")

-- Options that need each other, and what a workspace allows.
refused({ workspace = false, experiment = "digits" }, "ESLURM_ACCESS_DENIED",
    "--experiment=digits needs --workspace")
refused({ workspace = false, framework = "mpi" }, "ESLURM_ACCESS_DENIED",
    "--framework=mpi needs --workspace")
refused({ framework = "tensorflow" }, "ESLURM_ACCESS_DENIED",
    "workspace `vision` does not allow framework `tensorflow`: choose pytorch or mpi")
tap.is(ask({ framework = "mpi:a=1,b" }).framework, "mpi",
    "a framework is allowed by its name, whatever its settings")
refused({ framework = "tensorflow:ps=1" }, "ESLURM_ACCESS_DENIED",
    "workspace `vision` does not allow framework `tensorflow`: choose pytorch or mpi")
for _, settings in ipairs({ "", "a b", "a;b", "a\nb", ("a"):rep(256), "a:b" }) do
    local shown = settings:gsub("\n", "?")
    shown = #shown > 64 and shown:sub(1, 64) .. "..." or shown
    refused({ framework = "mpi:" .. settings }, "ESLURM_ACCESS_DENIED",
        "--framework=mpi:`" .. shown .. "` has no right settings: write NAME or "
        .. "NAME=VALUE, with commas between them, of letters, digits and `._/-`")
end
tap.ok(ask({ framework = "mpi:" .. ("a"):rep(255) }), "255 bytes of settings")
refused({ framework = ":a" }, "ESLURM_ACCESS_DENIED", "--framework needs a name")
refused({ user = "bob", workspace = "nlp", experiment = "gpt" }, "ESLURM_ACCESS_DENIED",
    "workspace `nlp` has no experiment `gpt`: choose bert or t5")
tap.ok(ask({ user = "bob", workspace = "nlp", experiment = "t5" }), "a listed experiment")
tap.ok(ask({ user = "bob", workspace = "nlp", framework = "any" }),
    "no list: any framework")
tap.ok(ask({ experiment = "any-name" }), "no list: any experiment")

-- Slurm's wckeys know no upper case: an experiment has one spelling.
tap.is(ask({ experiment = "DigitsX" }).admin_comment,
    ask({ experiment = "digitsx" }).admin_comment, "an experiment has one record")
tap.is(ask({ experiment = "DigitsX" }).experiment, "digitsx", "... in lower case")
tap.is(ask({ experiment = "DigitsX" }).wckey, "vision.digitsx", "... and one wckey")
tap.is(ask({ user = "bob", workspace = "nlp", experiment = "T5" }).experiment, "t5",
    "a listed experiment is found in any case")

-- What the user also said by Slurm's own options.
refused({ account = "nlp" }, "ESLURM_INVALID_ACCOUNT",
    "--account=nlp does not go with workspace `vision`: leave --account out, and its environment variable")
refused({ account = "nlp\n%n" }, "ESLURM_INVALID_ACCOUNT",
    "--account=nlp?%n does not go with workspace `vision`: leave --account out, and its environment variable")
tap.is(ask({ account = "VISION" }).account, "vision", "the right account, in any case")
refused({ wckey = "nlp.bert", experiment = "digits" }, "ESLURM_INVALID_WCKEY",
    "--wckey=nlp.bert does not go with workspace `vision`: leave --wckey out, and its environment variable")
tap.ok(ask({ wckey = "Vision.Digits", experiment = "digits" }),
    "the right wckey, in any case")
refused({ partition = "gpu" }, "ESLURM_INVALID_PARTITION_NAME",
    "partition `gpu` is not one of workspace `vision`: choose cpu or debug")
refused({ partition = "cpu,gpu" }, "ESLURM_INVALID_PARTITION_NAME",
    "partition `gpu` is not one of workspace `vision`: choose cpu or debug")
refused({ partition = ",", }, "ESLURM_INVALID_PARTITION_NAME",
    "partition `,` is not one of workspace `vision`: choose cpu or debug")

-- While groups are unknown, whoever may be a stranger learns nothing of the workspace.
local NEUTRAL = "workspace `vision` is not one of yours, or does not allow what the job asks for: "
    .. "your Unix groups cannot be told at the moment, so submit it again in a minute, or tell "
    .. "your administrator"
for _, wrong in ipairs({ { partition = "gpu" }, { mount = "secret:x" }, { account = "nlp" } }) do
    wrong.user = "dave"
    refused(wrong, "ESLURM_INVALID_ACCOUNT", NEUTRAL)
end
tap.is((ask({ partition = ("cpu,"):rep(300) })), nil, "a list without end")
decision = ask({ partition = "debug" })
tap.is(decision.partition, "debug", "a partition of the workspace")
tap.is(decision.admin_comment, "atelier/1 workspace=vision cluster=small",
    "and its cluster")
decision = ask({ partition = "debug,cpu" })
tap.is(decision.partition, "debug,cpu", "several, for Slurm to choose from")
tap.is(decision.admin_comment, "atelier/1 workspace=vision",
    "no cluster before Slurm chose")
tap.done()
