-- The keys of the policy file, one by one: what is kept, what is refused, what is noted.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local duration = require("atelier.base.duration")
local engine = require("atelier.engine")

-- A site that is complete but for what a test adds; its last line is line 4.
local BASE = [[
file_server "store" { host = "head" }
volume "data" { server = "store", export = "/data" }
cluster "cpu" { partition = "cpu" } cluster "gpu" { partition = "gpu" }
workspace "vision" { account = "vision", clusters = { "cpu" }, users = { "alice" } }
]]

local function load(addition)
    local policy, problems = engine.load(BASE .. addition, "policy.lua")
    return policy, table.concat(problems or {}, " | ")
end

local function expect(addition, sentence)
    local _, problems = load(addition)
    tap.is(problems, sentence, sentence)
end

local function workspace(keys)
    return 'workspace "w" { account = "w", clusters = { "cpu" }, users = { "u" }, '
        .. 'volumes = { "data" }, frameworks = { "mpi" }, ' .. keys .. ' }'
end

local function experiment(keys)
    return workspace('qos = { low = "a", normal = "b" }, limits = { gpus = 8, '
        .. 'wall_time = 60 }, experiments = { e = { ' .. keys .. ' } }')
end

-- Wall times.
for text, minutes in pairs({ ["90"] = 90, ["1:30"] = 2, ["2:00:00"] = 120,
    ["2-12"] = 3600, ["2-12:30"] = 3630, ["2-12:00:00"] = 3600, ["0:00:01"] = 1 }) do
    tap.is(duration.minutes(text), minutes, "a wall time: " .. text)
end
for _, bad in ipairs({ "", "0", "-", "5-", ":5", "1-2-3", "1:2:3:4", "1e3", " 5", "5 ",
    "unlimited", ("9"):rep(40), 0, -1, 1.5, 0 / 0, 1 / 0, {}, true }) do
    tap.is(duration.minutes(bad), nil, "no wall time: " .. tostring(bad))
end
tap.is(duration.text(90) .. " " .. duration.text(3600), "01:30:00 2-12:00:00", "shown")
tap.is(duration.text(0) .. duration.text(4294967295), "unlimitedunlimited", "no limit")

-- Values.
expect(workspace('default_wall_time = "soon"'), "key `default_wall_time` of workspace "
    .. "`w` must be a wall time (policy.lua:5): write minutes or "
    .. "\"days-hours:minutes:seconds\"")
expect(workspace('limits = { gpus = -1 }'), "key `gpus` of `limits` of workspace `w` "
    .. "must be a whole number from 0 to 1000000000 (policy.lua:5)")
expect(workspace('limits = { gpsu = 1 }'), "unknown key `gpsu` in `limits` of workspace "
    .. "`w` (policy.lua:5): did you mean `gpus`?")
expect(workspace('limits = 7'), "key `limits` of workspace `w` must be a table: "
    .. "{ key = value } (policy.lua:5)")
expect(workspace('limits = { wall_time = 60 }, default_wall_time = 61'),
    "default_wall_time of workspace `w` is over its limit of 60 minutes (policy.lua:5)")
expect(workspace('qos = { urgent = "x" }'), "unknown key `urgent` in `qos` of workspace "
    .. "`w` (policy.lua:5): choose high, low or normal")
expect(workspace('qos = { low = "high", high = "x" }'), "`qos` of workspace `w` gives "
    .. "priority `low` the QOS `high`, which is the word for another priority "
    .. "(policy.lua:5)")
expect(workspace('administrators = { "a:b" }'), "key `administrators` of workspace `w` "
    .. "holds `a:b`, which is not a user or group name (policy.lua:5)")
expect(workspace('accounts = { "a b" }'), "key `accounts` of workspace `w` holds `a b`, "
    .. "which is not a name (policy.lua:5)")
expect('cluster "x" { partition = {} }', "key `partition` of cluster `x` must hold at "
    .. "least one name (policy.lua:5)")
expect('cluster "x" { partition = { "x", "gpu" } }',
    "cluster `x` has the partition of cluster `gpu` (policy.lua:5)")
expect('cluster "x" { partition = "x", size = { min = 2, max = 1 } }',
    "`size` of cluster `x` has a min over its max (policy.lua:5)")
expect('cluster "x" { partition = "x", size = { initial = 1, target = 1 } }',
    "`size` of cluster `x` has both initial and target (policy.lua:5): leave one out")
expect('cluster "x" { partition = "x", size = { max = 3, target = 4 } }',
    "`size` of cluster `x` has its target outside of min and max (policy.lua:5)")
expect('cluster "x" { partition = "x", setup = "run.sh" }',
    "key `setup` of cluster `x` must be an absolute path (policy.lua:5)")
expect('file_server "s" { host = "h", version = 2 }', "key `version` of file_server `s` "
    .. "must be a whole number from 3 to 4 (policy.lua:5)")
expect('file_server "s" { host = "h", on_failure = "retry" }',
    "key `on_failure` of file_server `s` must be fail or requeue (policy.lua:5)")
for _, bad in ipairs({ "/a", "../a", "a/", "a//b", "./a", "a\\nb", "a b", "a:b",
    "a,b", "\195\169", "$x", ("x"):rep(256) }) do
    local _, problems = load('volume "v" { server = "store", export = "/", '
        .. 'subdirectories = { "' .. bad .. '" } }')
    tap.has(problems, "which is not a path below the volume", "not below: " .. bad)
end

expect('volume "v" { server = "store", export = "/", subdirectories = { } }',
    "key `subdirectories` of volume `v` must hold at least one path (policy.lua:5): leave "
    .. "the key out to show the whole volume")

-- Experiments: names, or tables that narrow.
expect(workspace('experiments = {}'), "key `experiments` of workspace `w` must hold at "
    .. "least one name (policy.lua:5): leave the key out to allow every name")
expect(workspace('experiments = { "e", e = {} }'),
    "key `experiments` of workspace `w` holds `e` twice (policy.lua:5)")
expect(workspace('experiments = { e = 7 }'), "experiment `e` of workspace `w` needs its "
    .. "keys in { ... } (policy.lua:5)")
expect(workspace('experiments = { "e", "E" }'), "experiment `e` of workspace `w` is "
    .. "experiment `E` to Slurm, which knows no upper case (policy.lua:5): rename one")
expect(workspace('experiments = { "digits" }, default_experiment = "digit"'),
    "default_experiment `digit` of workspace `w` is not one of its experiments "
    .. "(policy.lua:5): did you mean `digits`?")
expect(experiment('account = "x"'), "unknown key `account` in experiment `e` of "
    .. "workspace `w` (policy.lua:5): choose clusters, default_cluster, "
    .. "default_wall_time, environment, frameworks, groups, limits, qos, ... (11 in all)")
expect(experiment('users = { "eve" }'), "`eve` in key `users` of experiment `e` of "
    .. "workspace `w` is not one of workspace `w` (policy.lua:5): choose u")
expect(experiment('clusters = { "gpu" }'), "`gpu` in key `clusters` of experiment `e` of "
    .. "workspace `w` is not one of workspace `w` (policy.lua:5): did you mean `cpu`?")
expect(experiment('default_cluster = "gpu"'), "default_cluster `gpu` of experiment `e` "
    .. "of workspace `w` is not one of its clusters (policy.lua:5): did you mean `cpu`?")
expect(experiment('volumes = { "home" }'), "`home` in key `volumes` of experiment `e` of "
    .. "workspace `w` is not one of workspace `w` (policy.lua:5): choose data")
expect(experiment('qos = { high = "c" }'), "`c` in key `high` of `qos` of experiment `e` "
    .. "of workspace `w` is not one of workspace `w` (policy.lua:5): did you mean `a`?")
expect(experiment('limits = { gpus = 9 }'), "limit `gpus` of experiment `e` of workspace "
    .. "`w` is over the 8 of workspace `w` (policy.lua:5)")
expect(experiment('limits = { running_jobs = 9 }'), "unknown key `running_jobs` in "
    .. "`limits` of experiment `e` of workspace `w` (policy.lua:5): choose gpus, "
    .. "nodes or wall_time")
expect(experiment('default_wall_time = 61'), "default_wall_time of experiment `e` of "
    .. "workspace `w` is over its limit of 60 minutes (policy.lua:5)")
tap.is(select(2, load(experiment('users = { "u" }, clusters = { "cpu" }, limits = { gpus '
    .. '= 8, wall_time = 60 }, qos = { high = "a" }, frameworks = { "mpi" }'))), "",
    "an experiment that widens nothing")

-- Accounts that workspaces share.
local function two(left, right)
    return 'workspace "a" { account = "S", clusters = { "cpu" }, users = { "u" }, '
        .. left .. ' } workspace "b" { account = "s", clusters = { "cpu" }, '
        .. 'users = { "u" }, ' .. right .. ' }'
end
tap.is(select(2, load(two('parent = "p", limits = { gpus = 1 }',
    'parent = "P", limits = { gpus = 1 }'))), "", "an account may be shared")
expect(two('limits = { gpus = 1 }', 'limits = { gpus = 2 }'), "workspace `b` has the "
    .. "account of workspace `a` and another `limits` (policy.lua:5): Slurm keeps one")
expect(two('limits = { gpus = 1 }', ''), "workspace `b` has the "
    .. "account of workspace `a` and another `limits` (policy.lua:5): Slurm keeps one")
expect(two('qos = { low = "x" }', 'qos = { low = "y" }'), "workspace `b` has the "
    .. "account of workspace `a` and another `qos` (policy.lua:5): Slurm keeps one")
expect(two('parent = "p"', 'parent = "q"'), "workspace `b` has the account of "
    .. "workspace `a` and another `parent` (policy.lua:5): Slurm keeps one")
expect(workspace('parent = "W"'), "account `w` of workspace `w` is below itself "
    .. "(policy.lua:5): choose another parent")

-- The site's functions.
expect("route = function() end\nroute = function() end",
    "route is set twice (policy.lua:6): the first ends at policy.lua:5")
expect("routee = function() end", "unknown word `routee` (policy.lua:5): did you mean "
    .. "`route`?")
expect("refuse('no')", "policy.lua: refuse is for functions that jobs call")
tap.is(select(2, load("function helper() end helper()")), "", "functions of its own")

-- Whatever stands for a value, there is an answer, and no error of our own.
local schema = require("atelier.policy.schema")
local VALUES = { "7", "-1", "0/0", "1/0", "''", "'x'", "'a b'", "true", "function() end",
    "{}", "{ {} }", "{ 'x', {} }", "{ x = 1 }", "{ x = {} }", "{ [1.5] = 'x' }",
    "{ [true] = 1 }", "('x'):rep(1e5)", "{ 'cpu' }", "'cpu'", "{ low = {} }",
    "{ nodes = 'x' }", "nothing" }
local broken = {}
local function try(text, what)
    local done, policy, problems = pcall(engine.load, BASE .. text, "policy.lua")
    if not done or not policy and #problems == 0 then
        broken[#broken + 1] = what .. ": " .. tostring(policy)
    end
end
for kind, keys in pairs(schema) do
    for key in pairs(keys) do
        for _, given in ipairs(VALUES) do
            try(('%s "x" { %s = %s }'):format(kind, key, given),
                kind .. "." .. key .. given)
        end
    end
end
for key in pairs(schema.workspace.experiments.each) do
    for _, given in ipairs(VALUES) do
        try(experiment(key .. " = " .. given), "experiment." .. key .. given)
    end
end
for _, given in ipairs(VALUES) do
    try("cluster(" .. given .. "){} cluster 'y'(" .. given .. ") route = " .. given
        .. " include(" .. given .. ") refuse(" .. given .. ")", given)
end
tap.is(table.concat(broken, "\n"), "", "no value of any key breaks the engine")

-- What nothing enforces is said, and only that.
local policy = load([[
file_server "s" { host = "h", version = 4, connections = 2, on_failure = "requeue" }
volume "v" { server = "s", export = "/", subdirectories = { "a/b" } }
cluster "x" { partition = "x", gpus_per_node = 4, setup = "/s", size = { max = 3 } }
]])
tap.is(#policy.notes, 2, "two keys that nothing enforces")
tap.is(policy.notes[1], "key `setup` of cluster `x` (policy.lua:7) is not enforced yet: no "
    .. "node runs it", "a note with its place")
tap.has(policy.notes[2], "key `size` of cluster", "in a fixed order")
policy = load('file_server "s" { host = "h", version = 3, on_failure = "fail", '
    .. 'driver = "kernel" }')
tap.is(#policy.notes, 0, "what is enforced is not noted")
tap.done()
