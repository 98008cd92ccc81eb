-- job_temp and shared_job_temp: what the policy may say, and what the node is told.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local engine = require("atelier.engine")
local show = require("atelier.show.policy_entries")

local function load(workspace, cluster)
    local policy, problems = engine.load([[
file_server "store" { host = "head" }
volume "data"   { server = "store", export = "/data", mode = "ro" }
volume "jobs"   { server = "store", export = "/jobs" }
volume "shelf"  { server = "store", export = "/shelf", subdirectories = { "public" } }
volume "other"  { server = "store", export = "/other" }
volume "disk"   { kind = "local", path = "/scratch" }
cluster "cpu"   { partition = "cpu", ]] .. (cluster or "") .. [[ }
workspace "w"   { account = "w", clusters = { "cpu" }, users = { "alice" },
    volumes = { "data", "jobs", "shelf", "disk" }, experiments = { free = {},
    bare = { volumes = { "data" } } }, ]] .. workspace .. " }", "policy.lua")
    return policy, table.concat(problems or {}, " | ")
end

local function told(workspace, cluster, experiment)
    local policy, problems = load(workspace, cluster)
    if not policy then
        error(problems)
    end
    return engine.on_node(policy, { user = "alice", groups = {}, account = "w",
        partition = "cpu", workspace = "w", experiment = experiment or "free" }), policy
end

local function expect(workspace, sentence, cluster)
    local _, problems = load(workspace, cluster)
    tap.is(problems, sentence, sentence)
end

local plan = told("")
tap.is(plan.shared_job_temp, nil, "none by default")
tap.is(plan.job_temp, nil, "the node's own place by default")
tap.is(#plan.volumes, 3, "a volume of which nothing is asked for is not mounted")

local policy
plan, policy = told('shared_job_temp = "jobs"', 'job_temp = "/scratch/jobs"')
tap.is(plan.shared_job_temp.volume, "jobs", "a volume")
tap.is(plan.shared_job_temp.below, nil, "all of it")
tap.is(plan.job_temp, "/scratch/jobs", "the cluster's place")
local entry = show.show(policy, { kind = "workspace", name = "w" })
tap.is(entry.shared_job_temp, "jobs", "shown")
entry = show.show(policy, { kind = "cluster", name = "cpu" })
tap.is(entry.job_temp, "/scratch/jobs", "shown for the cluster")
plan.shared_job_temp.volume = "evil"
plan = engine.on_node(policy, { user = "alice", groups = {}, account = "w",
    partition = "cpu", workspace = "w", experiment = "free" })
tap.is(plan.shared_job_temp.volume, "jobs", "a changed plan does not change the next one")

plan, policy = told('shared_job_temp = "jobs/a/b"')
tap.is(plan.shared_job_temp.below, "a/b", "a directory of it")
local _, rows = show.show(policy, { kind = "workspace", name = "w" })
local shown
for _, row in ipairs(rows) do
    shown = row[1] == "shared job temp" and row[2] or shown
end
tap.is(shown, "jobs/a/b", "shown as it was written")
tap.is(told('shared_job_temp = "jobs"', nil, "bare").shared_job_temp, nil,
    "an experiment without the volume has none")
plan = told('shared_job_temp = "shelf/hidden"')
tap.is(plan.volumes[#plan.volumes].name, "shelf", "a volume of parts is mounted for it")
tap.is(plan.shared_job_temp.below, "hidden", "... also for a part that jobs do not see")

expect('shared_job_temp = 7', "key `shared_job_temp` of workspace `w` must be a volume's "
    .. "name, or a directory of it: \"VOLUME/SUB\" (policy.lua:8)")
expect('shared_job_temp = "../x"', "key `shared_job_temp` of workspace `w` names `..`, "
    .. "which is no volume's name (policy.lua:8): use letters, digits, `.`, `_` and `-`, "
    .. "the first a letter or a digit, at most 64")
expect('shared_job_temp = "jobs/../x"', "key `shared_job_temp` of workspace `w` has "
    .. "`../x`, which is no path below a volume (policy.lua:8): use letters, digits and "
    .. "`._+=@-` between single slashes, no `.` or `..`")
expect('shared_job_temp = "jobs/"', "key `shared_job_temp` of workspace `w` has ``, which "
    .. "is no path below a volume (policy.lua:8): use letters, digits and `._+=@-` between "
    .. "single slashes, no `.` or `..`")
expect('shared_job_temp = "other"', "`shared_job_temp` of workspace `w` is on volume "
    .. "`other`, which is not one of its volumes (policy.lua:8)")
expect('shared_job_temp = "data"', "`shared_job_temp` of workspace `w` is on volume "
    .. "`data`, which is read-only (policy.lua:8)")
expect('shared_job_temp = "disk"', "`shared_job_temp` of workspace `w` is on volume "
    .. "`disk`, of which each node has its own (policy.lua:8): choose one that the nodes "
    .. "share")
expect("", "key `job_temp` of cluster `cpu` must be an absolute path (policy.lua:7)",
    'job_temp = "scratch"')
expect("", "key `job_temp` of cluster `cpu` must be an absolute path (policy.lua:7)",
    "job_temp = true")

tap.is(told("").compat, nil, "no compatibility by default")
plan, policy = told('compat = "batchai"')
tap.is(plan.compat, "batchai", "the workspace's")
tap.is(show.show(policy, { kind = "workspace", name = "w" }).compat, "batchai", "shown")
expect('compat = "aml"', "key `compat` of workspace `w` must be batchai or none "
    .. "(policy.lua:8)")

tap.done()
