-- The site's functions: default_workspace(user) and route(job).

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local engine = require("atelier.engine")
local rules = require("rules")

local _, lines = rules.text:gsub("\n", "")
local FIRST = lines + 1 -- the line of what a test adds

local function ask(addition, changes)
    return engine.submit(rules.policy(addition), rules.request(changes))
end

local function refused(addition, changes, text, detail)
    local decision, refusal = ask(addition, changes)
    tap.is(decision, nil, "refused: " .. text)
    tap.is(refusal and refusal.text, text, "... in one sentence")
    tap.is(refusal and refusal.code, "ESLURM_ACCESS_DENIED", "... as access denied")
    if detail then
        tap.has(refusal and refusal.detail, detail, "... with details for the log")
    end
end

local function failed(which, line)
    return which .. " of the site's policy failed (policy.lua:" .. (line or FIRST)
        .. "): tell your administrator"
end

-- default_workspace.
local DEFAULT = 'default_workspace = function(user) if user.name == "alice" then '
    .. 'return "open" end end\n'
local made = ask(DEFAULT, { workspace = false })
tap.is(made.workspace, "open", "a job that names no workspace gets the default one")
tap.is(made.account, "open", "... with its account")
tap.has(made.admin_comment, "workspace=open", "... and a record")
tap.is(ask(DEFAULT, {}).workspace, "vision", "a named workspace is taken")
tap.is(next(ask(DEFAULT, { workspace = false, user = "bob" })), nil,
    "nil leaves the job untouched")
tap.is(next(ask(DEFAULT, { workspace = false, account = "other" })), nil,
    "and so does another account than the workspace's")
tap.is(ask(DEFAULT, { workspace = false, account = "OPEN" }).workspace, "open",
    "but not its own")
tap.is(ask(DEFAULT, { workspace = false, experiment = "e" }).wckey, "open.e",
    "an experiment goes with the default workspace")
refused(DEFAULT, { workspace = false, user = "bob", experiment = "e" },
    "--experiment=e needs --workspace")
tap.is(ask(DEFAULT, { workspace = false, check = "1", compat = "batchai" }).workspace, "open",
    "and so do options on which the policy has no say")
for option, word in pairs({ check = "--check", compat = "--compat=1",
    with_input = "--with-input=1", with_output = "--with-output=1", mount = "--mount=data:x" }) do
    refused(DEFAULT, { workspace = false, user = "bob",
        [option] = option == "mount" and "data:x" or "1" }, word .. " needs --workspace")
end
tap.is(next(ask(DEFAULT, { workspace = "none" })), nil, "`none` is none, also of a default")
tap.is(next(ask(DEFAULT, { workspace = "none", experiment = "e" })), nil,
    "... whatever the user's variables say")
-- One that fails refuses jobs that use our options, and leaves all others alone.
local function fails(addition, line, detail)
    refused(addition, { workspace = false, framework = "mpi" },
        failed("default_workspace", line), detail)
    local policy, plain = rules.policy(addition), rules.request({ workspace = false })
    plain.experiment, plain.framework, plain.mount = nil, nil, nil
    tap.is(next(engine.submit(policy, plain)), nil, "... and a job without options is left")
    tap.has((engine.default_failure(policy, plain) or {}).detail, detail, "... with a word")
    tap.has((engine.explain(policy, plain).failure or {}).detail, detail, "... of explain too")
    plain.account, plain.partition, plain.groups = "open", "cpu", {}
    local plan, sentence, why = engine.on_node(policy, plain)
    tap.ok(plan == nil and sentence == nil, "... and the node leaves it")
    tap.has(why, "default_workspace failed, so jobs without options of ours are left alone",
        "... and has a line for its log")
    tap.has(why, detail, "... with what happened")
end
fails('default_workspace = function() return "gone" end', nil,
    "gave `gone`, which is no workspace")
fails('default_workspace = function() return {} end', nil, "which is no workspace")
fails('default_workspace = function(user)\n return user.nmae .. "x" end', FIRST + 1,
    "attempt to")
tap.is(engine.default_failure(rules.policy(DEFAULT), rules.request({ workspace = false })),
    nil, "one that is well has no failure")
refused('default_workspace = function() refuse("no default\27 for you") end',
    { workspace = false }, "no default? for you")
local _, stranger = ask('default_workspace = function() return "vision" end',
    { workspace = false, user = "mallory", groups = {} })
tap.has(stranger and stranger.text, "workspace `vision` is not one of yours",
    "a default that is not the user's is refused")

-- The same on the node, where nil and nil means "not ours".
local on_node_policy = rules.policy([[
default_workspace = function(user)
    return ({ alice = "open", carol = "vision" })[user.name]
end]])
local function on_node(changes)
    local facts = rules.request(changes)
    facts.workspace, facts.groups = nil, facts.groups or {}
    facts.account = changes.account == nil and "open" or changes.account or nil
    facts.partition = "cpu"
    return engine.on_node(on_node_policy, facts)
end
tap.is(on_node({}).workspace, "open", "the node has the default workspace too")
local plan, sentence = on_node({ account = "other" })
tap.ok(plan == nil and sentence == nil, "a job of another account is not ours")
plan, sentence = on_node({ account = false })
tap.ok(plan == nil and sentence == nil, "nor is one without an account")
tap.is(on_node({ user = "carol", account = "vision-extra" }).workspace, "vision",
    "an account that route may have chosen is the workspace's")
plan, sentence = on_node({ account = "other", experiment = "e" })
tap.has(sentence, "does not go with the job's account", "unless it gives our options")
plan, sentence = on_node({ user = "bob" })
tap.ok(plan == nil and sentence == nil, "nor is one without a default")

-- route: what it sees and sets.
made = ask([[
route = function(job)
    if job.gpus > 4 and job.user == "alice" and job.workspace == "vision"
        and job.experiment == "digits" and job.partition == "cpu"
        and job.time_limit == 60 and job.account == "vision" and job.qos == "normal" then
        job.account, job.partition, job.qos = "Vision-Extra", "gpu,gpu-long", "high"
        job.features, job.licenses, job.reservation = "a100", "matlab:1", "course"
        job.time_limit, job.environment.NCCL_DEBUG = 120, "INFO"
    end
end]], { gpus = 8 })
tap.is(made.account, "vision-extra", "route sets one of the workspace's accounts")
tap.is(made.partition, "gpu,gpu-long", "several partitions")
tap.is(made.qos, "urgent", "the QOS of a priority")
tap.is(made.features .. made.licenses .. made.reservation, "a100matlab:1course",
    "features, licenses and reservation")
tap.is(made.time_limit, 120, "the wall time")
tap.is(made.environment.NCCL_DEBUG, "INFO", "variables")
tap.is(made.wckey, "vision.digits", "the wckey stays")
tap.has(made.admin_comment, "cluster=gpu", "the record has the cluster")
made = ask("route = function(job) end", { gpus = 8 })
tap.ok(made.account == "vision" and made.partition == "cpu" and not made.environment,
    "a route that sets nothing changes nothing")
refused("route = function(job) refuse('ask for whole nodes') end", {},
    "ask for whole nodes")
refused("route = function(job) refuse() end", {}, failed("route"), "needs a sentence")
refused("route = function(job)\n\n return job.nothing.at_all end", {},
    failed("route", FIRST + 2), "attempt to index")
tap.is(next(ask("route = function() refuse('x') end", { workspace = false })), nil,
    "route is not asked about a job without a workspace")
made = ask("route = function(job) job.groups[1] = 'root' end", { groups = { "vision" } })
tap.ok(made, "lists are copies")
for _, case in ipairs({
    { "job.account = 'root'", "set `account` to `root`, which is neither" },
    { "job.account = 7", "set `account` to `7`" },
    { "job.partition = 'debug'", "which is not a partition of workspace `vision`" },
    { "job.partition = 'cpu,debug'", "which is not a partition" },
    { "job.partition = {}", "which is not a partition" },
    { "job.qos = 'root'", "which is not a QOS of workspace `vision`" },
    { "job.time_limit = 'long'", "which is not a number of minutes" },
    { "job.time_limit = 0", "which is not a number of minutes" },
    { "job.features = {}", "which is not one line of text" },
    { "job.licenses = 'a\\nb'", "which is not one line of text" },
    { "job.environment = { LD_PRELOAD = 'x' }", "must not set `LD_PRELOAD`" },
    { "job.environment.SITE = 'x'", "has `SITE`, which workspace `vision` sets" },
    { "job.environment = 7", "must be a table" },
    { "job.partion = 'gpu'", "changed `partion`, which it cannot: did you mean "
        .. "`partition`?" },
    { "job.workspace = 'open'", "changed `workspace`" },
    { "job.wckey = 'open'", "changed `wckey`" },
    { "job.user = nil", "changed `user`" },
    { "job.account = nil", "changed `account`" },
    { "workspace 'x' {}", "workspace belongs outside of functions" },
    { "include 'x'", "include belongs outside of functions" },
    { "return undefined_word", "unknown word `undefined_word`" },
}) do
    refused("route = function(job) " .. case[1] .. " end", {}, failed("route"), case[2])
end
local _, over = ask("route = function(job) job.time_limit = 5000 end", {})
tap.is(over and over.code, "ESLURM_INVALID_TIME_LIMIT", "route cannot pass a limit")
tap.has(over and over.text, "the policy's wall time 3-11:20:00 is over the limit",
    "... and the user is not told of an option that he did not give")
tap.ok(ask("route = function(job) job.qos = 'any' end", { workspace = "open" }),
    "without a table of QOS any name will do")

-- A change of a job is decided by the same rules.
local function modify(addition, changes)
    changes.uid = 1001
    local job = { user = "alice", uid = 1001, account = "vision", wckey = "vision.digits",
        partition = "cpu", qos = "normal", nodes = 1, gpus = 1, time_limit = 60,
        admin_comment = "atelier/1 workspace=vision experiment=digits cluster=cpu" }
    local done, refusal = engine.modify(rules.policy(addition), changes, job)
    return done, refusal and refusal.code .. ": " .. refusal.text
end
local function not_modified(addition, changes, text)
    local done, said = modify(addition, changes)
    tap.is(done, nil, "not modified: " .. text)
    tap.has(said, "ESLURM_ACCESS_DENIED: " .. text, "... in one sentence")
end
tap.ok(modify(nil, { time_limit = 90, nodes = 4, gpus = 16, qos = "urgent" }),
    "a modification within the limits")
not_modified(nil, { time_limit = 2881 }, "--time=2-00:01:00 is over the limit")
not_modified(nil, { nodes = 5 }, "5 nodes are over the limit")
not_modified(nil, { gpus = 17 }, "17 GPUs are over the limit")
not_modified(nil, { qos = "root" }, "QOS `root` is not one of workspace `vision`")
not_modified(nil, { qos = "high" }, "qos `high` is not what the policy gives this job: "
    .. "set it to `urgent`")
not_modified("route = function(job) if job.gpus > 8 then refuse('too wide') end end",
    { gpus = 9 }, "too wide")
not_modified("route = function(job) job.features = 'a100' end", { features = "h100" },
    "features `h100` is not what the policy gives this job: set it to `a100`")
not_modified("route = function(job) job.partition = 'gpu' end",
    { partition = "gpu-long" }, "partition `gpu-long` is not what")
tap.ok(modify("route = function(job) refuse('x') end", { time_limit = 60 }),
    "what stays as it is asks nobody")

-- A match in C cannot be stopped: what may take long is refused before it begins.
for _, call in ipairs({ 's:find((".-"):rep(30) .. "b")', 's:match("(a*)*b")',
    'string.find(s, (".-"):rep(9) .. "b")', 's:gsub(".-.-.-.-b", "")',
    's:find(("x?"):rep(40) .. "b")', 's:gmatch("a*a*a*a*a*b")()', 's:find("[^%]]-.-.-.-b")' }) do
    local began = os.clock()
    local decision, refusal = ask('route = function(job) local s = ("a"):rep(2000); '
        .. call .. ' end', {})
    tap.ok(os.clock() - began < 5, "ends: " .. call)
    if call ~= 's:match("(a*)*b")' then
        tap.is(decision, nil, "... and is refused")
        tap.has(refusal and refusal.detail, "may take too long", "... for what it is")
    end
end
for _, call in ipairs({ 's:find("a", 1, true)', 's:match("^(a+)%-?(.*)$")', 's:gsub("a", "b")',
    'string.format("%s", s):upper()', '("a-b"):match("^(.-)%-(.-)$")',
    's:find((".-"):rep(30), 1, true)' }) do
    tap.ok(ask('route = function(job) local s = ("a"):rep(2000); ' .. call .. ' end', {}),
        "is fine: " .. call)
end
refused('route = function(job) local s = ("a"):rep(1e9) end', {}, failed("route"),
    "more than 1048576 bytes")
tap.is(("x"):find((".-"):rep(30) .. "x"), 1, "the methods are Lua's again afterwards")
tap.done()
