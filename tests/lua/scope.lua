-- What a job of an experiment gets, and what a workspace, an experiment or a limit
-- refuses.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local engine = require("atelier.engine")
local rules = require("rules")

local policy = rules.policy()

local function ask(changes)
    return engine.submit(policy, rules.request(changes))
end

local function refused(changes, code, text)
    local decision, refusal = ask(changes)
    tap.is(decision, nil, "refused: " .. text)
    tap.is(refusal and refusal.code, code, "... as " .. code)
    tap.is(refusal and refusal.text, text, "... in one sentence")
    return refusal or {}
end

-- Experiments.
local made = ask({})
tap.is(made.experiment, "digits", "the default experiment")
tap.is(made.wckey, "vision.digits", "... is in the wckey")
tap.has(made.admin_comment, "experiment=digits", "... and in the record")
tap.is(made.partition, "cpu", "the workspace's default cluster")
tap.is(made.account, "vision", "the account in lower case")
made = ask({ experiment = "production", framework = "pytorch" })
tap.is(made.partition, "gpu", "the experiment's first cluster, and its first partition")
tap.is(made.qos, "urgent", "its only QOS")
tap.is(made.time_limit, 30, "its default wall time")
tap.is(made.account, "vision", "the workspace's account")
refused({ experiment = "production", partition = "cpu" }, "ESLURM_INVALID_PARTITION_NAME",
    "partition `cpu` is not one of experiment `production` of workspace `vision`: "
    .. "choose gpu or gpu-long")
tap.is(ask({ partition = "gpu-long" }).partition, "gpu-long", "a second partition")
refused({ experiment = "production", framework = "mpi" }, "ESLURM_ACCESS_DENIED",
    "experiment `production` of workspace `vision` does not allow framework `mpi`: "
    .. "choose pytorch")
refused({ experiment = "production", user = "carol" }, "ESLURM_ACCESS_DENIED",
    "you are not a member of experiment `production` of workspace `vision`: "
    .. "choose another experiment")
refused({ experiment = "thesis", groups = {} }, "ESLURM_ACCESS_DENIED",
    "you are not a member of experiment `thesis` of workspace `vision`: "
    .. "choose another experiment")
tap.ok(ask({ experiment = "thesis", groups = { "students" } }), "a member by group")
tap.ok(ask({ experiment = "thesis" }), "groups unknown: left to the node")
tap.is(ask({ user = "bob", experiment = "thesis", groups = { "students" } }), nil,
    "a member of the experiment alone is none")
refused({ experiment = "digts" }, "ESLURM_ACCESS_DENIED",
    "workspace `vision` has no experiment `digts`: choose digits, production or thesis")

-- QOS.
tap.is(ask({}).qos, "normal", "without --qos the normal one")
tap.is(ask({ qos = "low" }).qos, "spare", "the QOS of a priority")
tap.is(ask({ qos = "HIGH" }).qos, "urgent", "... in any case")
tap.is(ask({ qos = "urgent" }).qos, "urgent", "a QOS by its name")
refused({ qos = "root" }, "ESLURM_INVALID_QOS",
    "QOS `root` is not one of workspace `vision`: choose low, normal or high")
refused({ qos = "low", experiment = "production" }, "ESLURM_INVALID_QOS",
    "QOS `low` is not one of experiment `production` of workspace `vision`: choose high")
refused({ qos = "a\27b" }, "ESLURM_INVALID_QOS",
    "QOS `a?b` is not one of workspace `vision`: choose low, normal or high")
tap.is(ask({ workspace = "open", qos = "any" }).qos, nil, "no QOS: Slurm decides")

-- Limits that one job alone can break.
tap.is(ask({}).time_limit, 60, "the default wall time, in minutes")
tap.is(ask({ time_limit = 2880 }).time_limit, nil, "the job's own is left")
tap.is(ask({ workspace = "open" }).time_limit, 600, "without a default: the limit")
refused({ time_limit = 2881 }, "ESLURM_INVALID_TIME_LIMIT",
    "--time=2-00:01:00 is over the limit of workspace `vision`, which is 2-00:00:00")
refused({ time_limit = 4294967295 }, "ESLURM_INVALID_TIME_LIMIT",
    "--time=unlimited is over the limit of workspace `vision`, which is 2-00:00:00")
refused({ time_limit = 0 }, "ESLURM_INVALID_TIME_LIMIT",
    "--time=unlimited is over the limit of workspace `vision`, which is 2-00:00:00")
local refusal = refused({ time_limit = 721, experiment = "production" },
    "ESLURM_INVALID_TIME_LIMIT", "--time=12:01:00 is over the limit of experiment "
    .. "`production` of workspace `vision`, which is 12:00:00")
tap.is(refusal.file .. ":" .. refusal.line, "policy.lua:6", "the refusal has its line")
refused({ nodes = 5 }, "ESLURM_INVALID_NODE_COUNT",
    "5 nodes are over the limit of workspace `vision`, which is 4")
refused({ gpus = 17 }, "ESLURM_ACCOUNTING_POLICY",
    "17 GPUs are over the limit of workspace `vision`, which is 16")
refused({ gpus = 9, experiment = "production" }, "ESLURM_ACCOUNTING_POLICY",
    "9 GPUs are over the limit of experiment `production` of workspace `vision`, "
    .. "which is 8")
refused({ nodes = 5, experiment = "production" }, "ESLURM_INVALID_NODE_COUNT",
    "5 nodes are over the limit of workspace `vision`, which is 4")
tap.ok(ask({ nodes = 4, gpus = 16, time_limit = 2880 }), "all at the limit")
tap.ok(ask({ workspace = "open", nodes = 1000, gpus = 1000 }), "no limit, no refusal")

-- The same on the node, and the narrower plan.
local function on_node(changes)
    local facts = rules.request(changes)
    facts.groups, facts.account = facts.groups or {}, facts.account or "vision"
    facts.partition = facts.partition or "gpu"
    return engine.on_node(policy, facts)
end
local plan = on_node({ experiment = "production" })
tap.is(#plan.volumes, 1, "the experiment's volumes")
tap.is(plan.environment.SITE .. plan.environment.RUN .. plan.environment.OMP_NUM_THREADS,
    "bp1", "its variables over the workspace's")
tap.is(table.concat(plan.frameworks), "pytorch", "its frameworks")
tap.is(plan.volumes[1].driver, "auto", "the node chooses the driver")
tap.is(on_node({}).experiment, "digits", "the default experiment on the node")
tap.is(on_node({ record = "atelier/1 workspace=vision" }).experiment, nil,
    "... but for a job that was submitted when there was none")
tap.is(#on_node({}).volumes, 2, "... with the workspace's volumes")
tap.is(on_node({}).environment.SITE, "a", "... and variables")
local _, sentence = on_node({ experiment = "production", user = "carol" })
tap.has(sentence, "you are not a member of experiment `production`", "its members")
_, sentence = on_node({ experiment = "thesis" })
tap.has(sentence, "you are not a member of experiment `thesis`", "... by group")
_, sentence = on_node({ experiment = "production", partition = "cpu" })
tap.has(sentence, "does not go with the job's partition", "its clusters")
tap.ok(on_node({ account = "vision-extra" }), "an account that route may choose")
_, sentence = on_node({ account = "open" })
tap.has(sentence, "does not go with the job's account", "but no other")
tap.done()
