-- What may be changed of a job that has our record.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local engine = require("atelier.engine")
local site = require("site")

local policy = site.policy()

local function job(admin_comment)
    return { account = "vision", wckey = "vision.digits", partition = "cpu", uid = 1001,
        admin_comment = admin_comment or "atelier/1 workspace=vision experiment=digits" }
end

local function allowed(changes, text, target)
    changes.uid = changes.uid or 1001
    tap.is(engine.modify(policy, changes, target or job()), true, "allowed: " .. text)
end

local function refused(changes, sentence, target)
    changes.uid = changes.uid or 1001
    local done, refusal = engine.modify(policy, changes, target or job())
    tap.is(done, nil, "refused: " .. sentence)
    tap.is(refusal and refusal.code, "ESLURM_ACCESS_DENIED", "... as access denied")
    tap.is(refusal and refusal.text, sentence, "... in one sentence")
end

local AGAIN = ": cancel the job and submit it again"
allowed({}, "nothing of ours, as a time limit")
allowed({ account = "Vision" }, "the same account")
allowed({ wckey = "vision.digits" }, "the same wckey")
allowed({ partition = "debug" }, "a partition of the workspace")
allowed({ partition = "debug,cpu" }, "two of them")
refused({ account = "nlp" }, "the account follows the job's workspace" .. AGAIN)
refused({ account = "" }, "the account follows the job's workspace" .. AGAIN)
refused({ wckey = "nlp.bert" }, "the wckey follows the job's workspace and experiment"
    .. AGAIN)
refused({ partition = "gpu" },
    "partition `gpu` is not one of workspace `vision`: choose cpu or "
    .. "debug")
refused({ partition = "cpu,gpu" },
    "partition `gpu` is not one of workspace `vision`: choose cpu or debug")
local KEPT = "a job keeps its workspace, experiment, framework and mounts"
refused({ workspace = "vision" }, KEPT .. AGAIN)
refused({ mount = "results:more" }, KEPT .. AGAIN)
refused({ admin_comment = "mine" },
    "the admin comment holds the record of the job's workspace: leave it as it is")
refused({ account = "vision", wckey = "other" },
    "the wckey follows the job's workspace and experiment" .. AGAIN)

-- Slurm would refuse a stranger, but asks the policy before.
local NEUTRAL = "the policy does not allow this change of another user's job: ask the job's "
    .. "user, or your administrator, whose log has the reason"
refused({ uid = 1003, user = "mallory", partition = "gpu" }, NEUTRAL)
refused({ uid = 1003, partition = "gpu" }, NEUTRAL)
local _, told = engine.modify(policy, { uid = 1003, user = "mallory", partition = "gpu" }, job())
tap.has(told.withheld and told.withheld.text, "choose cpu or debug", "... but the log is told")
refused({ uid = 1002, user = "carol", partition = "gpu" },
    "partition `gpu` is not one of workspace `vision`: choose cpu or debug")

-- Who may, and which jobs.
allowed({ uid = 0, account = "nlp" }, "root")
allowed({ uid = 64030, slurm_uid = 64030, account = "nlp" }, "SlurmUser")
refused({ uid = 64031, slurm_uid = 64030, account = "nlp" },
    "the account follows the job's workspace" .. AGAIN)
tap.is((engine.modify(policy, { account = "nlp" }, job())), nil,
    "an unknown user is not taken for an unknown SlurmUser")
allowed({ account = "nlp" }, "a job without record", { account = "vision" })
allowed({ account = "nlp" }, "a job with another comment",
    { account = "vision", admin_comment = "by hand" })

-- Operators, and administrators of the workspace.
local governed = assert(engine.load((site.text:gsub('workspace "vision" {',
    'operators { "olga", "omar" }\nworkspace "vision" { administrators = { "carol" },', 1)),
    "policy.lua"))
local function by(user, changes)
    changes.uid, changes.user = 1007, user
    return engine.modify(governed, changes, job())
end
tap.ok(by("olga", { account = "nlp" }), "an operator moves a job to another account")
tap.ok(by("omar", { partition = "gpu" }), "and to another cluster")
tap.ok(by("carol", { partition = "gpu" }), "an administrator to another cluster")
tap.is(by("carol", { account = "nlp" }), nil, "but not to another account")
tap.is(by("carol", { admin_comment = "" }), nil, "nor out of the record")
tap.is(by("alice", { partition = "gpu" }), nil, "a member neither")
local grouped = assert(engine.load(site.text .. 'operators { "olga", groups = { "hpc" } }',
    "policy.lua"))
local function in_groups(...)
    return engine.modify(grouped, { uid = 1007, user = "pia", groups = { ... },
        account = "nlp" }, job())
end
tap.ok(in_groups("users", "hpc"), "an operator by Unix group")
tap.is(in_groups("users"), nil, "others are none")
tap.is(engine.modify(governed, { uid = 1007, partition = "gpu" }, job()), nil,
    "nor who has no name")
for text, fault in pairs({ ["operators {}"] = false, ['operators { "a,b" }'] = "a user or group",
    ["operators(1)"] = "must be a list", ['operators { users = { "x" } }'] = false,
    ['operators { user = { "x" } }'] = "unknown key `user` .*did you mean `users`",
    ['operators { "x", users = { "y" } }'] = "users twice",
    ['operators { groups = "x" }'] = "must be a list",
    ['operators { "x", groups = { "a:b" } }'] = "a user or group" }) do
    local _, problems = engine.load(site.text .. text, "policy.lua")
    tap.ok(not fault and not problems or problems[1]:find("operators .*" .. fault), text)
end

-- A record that cannot be read, or whose workspace is gone, keeps the job where it is.
refused({ account = "nlp" }, "the account follows the job's workspace" .. AGAIN,
    job("atelier/2 new"))
refused({ partition = "gpu" },
    "the job cannot be changed: its record has form 2, written by Atelier of another "
    .. "release, and Atelier " .. require("atelier.base.agreed").RELEASE .. " here reads form 1",
    job("atelier/2 new"))
refused({ partition = "debug" },
    "the job cannot be changed: its workspace is not in the policy",
    job("atelier/1 workspace=gone"))
for _, hostile in ipairs(site.hostile) do
    local done, refusal = engine.modify(policy, { uid = 7, partition = hostile }, job())
    tap.ok(done == nil and not refusal.text:find("[^ -~]") and #refusal.text < 256,
        "refused in one clean line: " .. hostile)
end
tap.done()
