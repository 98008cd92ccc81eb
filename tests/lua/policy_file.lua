-- The policy file: everything that can be wrong with it, with line and advice.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local engine = require("atelier.engine")
local site = require("site")

-- A site that is complete but for what a test adds; its last line is line 6.
local BASE = [[
file_server "store" { host = "head" }
volume "data" { server = "store", export = "/data" }
cluster "cpu" { partition = "cpu" }
workspace "vision" { account = "vision", clusters = { "cpu" }, users = { "alice" } }


]]

local function problems(text)
    local policy, sentences = engine.load(text, "/etc/atelier/policy.lua")
    return policy and {} or sentences
end

-- Expects exactly one problem: `sentence`.
local function expect(addition, sentence)
    local found = problems(BASE .. addition)
    tap.is(table.concat(found, " | "), sentence, sentence)
end

local function workspace(keys)
    return 'workspace "w" { account = "w", clusters = { "cpu" }, users = { "u" }, '
        .. keys .. ' }'
end

tap.is(#problems(site.text), 0, "a good policy has no problem")
tap.is(#problems(BASE), 0, "a small one neither")

expect('cluster "x" { partion = "x" }',
    "unknown key `partion` in cluster `x` (policy.lua:7): did you mean `partition`?")
expect('cluster "x" { partition = "x", colour = 1 }',
    "unknown key `colour` in cluster `x` (policy.lua:7): choose gpus_per_node, "
    .. "job_temp, kind, "
    .. "partition, setup or size")
expect('cluster "x" { partition = "x", "y" }',
    "unknown key `1` in cluster `x` (policy.lua:7): choose gpus_per_node, "
    .. "job_temp, kind, "
    .. "partition, setup or size")
expect('cluster "x" {}', "cluster `x` has no key `partition` (policy.lua:7)")
expect('\n\ncluster "x" {\n    partition = 7,\n}',
    "key `partition` of cluster `x` must be a name (policy.lua:9): use letters, digits, "
    .. "`.`, `_` and `-`, the first a letter or a digit, at most 64")
expect('cluster "x y" { partition = "x" }',
    "`x y` is not a name for a cluster (policy.lua:7): use letters, digits, `.`, `_` and "
    .. "`-`, the first a letter or a digit, at most 64")
expect('workspace "none" { account = "x", clusters = { "cpu" } }',
    "no workspace can be named `none` (policy.lua:7): --workspace=none asks for a job "
    .. "without a workspace")
expect('cluster "x"', "cluster `x` needs its keys in { ... } (policy.lua:7)")
expect('cluster "x" "y"', "cluster `x` needs its keys in { ... } (policy.lua:7)")
expect('cluster "cpu" { partition = "x" }',
    "cluster `cpu` is declared twice (policy.lua:7): the first is at line 3")
expect('cluster "x" { partition = "cpu" }',
    "cluster `x` has the partition of cluster `cpu` (policy.lua:7)")
expect('clutser "x" { partition = "x" }',
    "unknown word `clutser` (policy.lua:7): did you mean `cluster`?")
expect('local home = os',
    "unknown word `os` (policy.lua:7): choose cluster, file_server, "
    .. "include, ipairs, math, no_workspaces, operators, pairs, ... (16 in all)")

expect('file_server "s" { host = "a b" }',
    "key `host` of file_server `s` must be a host name or an address (policy.lua:7)")
expect('file_server "s" { host = "h", port = 65536 }',
    "key `port` of file_server `s` must be a whole number from 0 to 65535 (policy.lua:7)")
expect('file_server "s" { host = "h", mount_port = 0/0 }',
    "key `mount_port` of file_server "
    .. "`s` must be a whole number from 0 to 65535 (policy.lua:7)")
expect('file_server "s" { host = "h", port = 1.5 }',
    "key `port` of file_server `s` must be a whole number from 0 to 65535 (policy.lua:7)")
expect('file_server "s" { host = "h", deadline = 60 }',
    "key `deadline` of file_server `s` must be a number of seconds from 0.1 to 6 "
    .. "(policy.lua:7)")
expect('file_server "s" { host = "h", driver = "libnsf" }', "key `driver` of file_server "
    .. "`s` must be auto, kernel or libnfs (policy.lua:7): did you mean `libnfs`?")

expect('volume "v" { server = "stroe", export = "/" }',
    "unknown file_server `stroe` in key "
    .. "`server` of volume `v` (policy.lua:7): did you mean `store`?")
expect('volume "v" { server = "store", export = "data" }',
    "key `export` of volume `v` must be an absolute path (policy.lua:7)")
expect('volume "v" { server = "store", export = "/a/../b" }',
    "key `export` of volume `v` must be a path without `.` and `..` (policy.lua:7)")
expect('volume "v" { server = "store", export = "/a\\nb" }',
    "key `export` of volume `v` must be an absolute path (policy.lua:7)")
expect('volume "v" { server = "store", export = "/", mode = "r" }',
    "key `mode` of volume `v` must be ro or rw (policy.lua:7): did you mean `ro`?")

expect(workspace('volumes = { "dta" }'),
    "unknown volume `dta` in key `volumes` of workspace "
    .. "`w` (policy.lua:7): did you mean `data`?")
expect(workspace('default_cluster = "gpu"'),
    "default_cluster `gpu` of workspace `w` is not "
    .. "one of its clusters (policy.lua:7): did you mean `cpu`?")
expect(workspace('volumes = { "data", "data" }'),
    "key `volumes` of workspace `w` holds `data` twice (policy.lua:7)")
expect(workspace('volumes = "data"'), "key `volumes` of workspace `w` must be a list: "
    .. "{ \"first\", \"second\" } (policy.lua:7)")
expect(workspace('volumes = { [1] = "data", x = "y" }'),
    "key `volumes` of workspace `w` must "
    .. "be a plain list without keys or holes (policy.lua:7)")
expect(workspace('groups = { "a:b" }'),
    "key `groups` of workspace `w` holds `a:b`, which is "
    .. "not a user or group name (policy.lua:7)")
expect(workspace('frameworks = {}'),
    "key `frameworks` of workspace `w` must hold at least "
    .. "one name (policy.lua:7): leave the key out to allow every framework")
expect(workspace('experiments = { "a b" }'),
    "key `experiments` of workspace `w` holds `a b`, "
    .. "which is not a name (policy.lua:7)")
expect(workspace('title = "a\\nb"'),
    "key `title` of workspace `w` must be one line of text (policy.lua:7)")
expect(workspace('environment = { LD_PRELOAD = "x" }'),
    "key `environment` of workspace `w` must not set `LD_PRELOAD` (policy.lua:7)")
expect(workspace('environment = { ["A-B"] = "x" }'),
    "key `environment` of workspace `w` has "
    .. "`A-B`, which is not a variable's name (policy.lua:7)")
expect(workspace('environment = { A = 1 }'),
    "key `environment` of workspace `w` must give "
    .. "`A` one line of text in quotes (policy.lua:7)")
expect(workspace('environment = { A = "x\\ny" }'),
    "key `environment` of workspace `w` must "
    .. "give `A` one line of text in quotes (policy.lua:7)")
expect(workspace('environment = { A = "x\\0y" }'),
    "key `environment` of workspace `w` must "
    .. "give `A` one line of text in quotes (policy.lua:7)")
expect('workspace "w" { account = "w", clusters = { "cpu" } }',
    "workspace `w` has neither users nor groups (policy.lua:7): nobody could use it")
expect('workspace "w" { account = "w", clusters = {}, users = { "u" } }',
    "key `clusters` of workspace `w` must hold at least one name (policy.lua:7)")
expect('workspace "Vision" { account = "w", clusters = { "cpu" }, users = { "u" } }',
    "workspace `vision` is workspace `Vision` to Slurm, which knows no upper case "
    .. "(policy.lua:4): rename one")
expect('workspace "vision.x" { account = "w", clusters = { "cpu" }, users = { "u" } }',
    "workspace `vision.x` reads like an experiment of workspace `vision` (policy.lua:7): "
    .. "rename one")

local volumes = {}
for index = 1, 65 do
    volumes[index] = 'volume "v' .. index .. '" { server = "store", export = "/" }\n'
end
local names = {}
for index = 1, 65 do
    names[index] = '"v' .. index .. '"'
end
tap.has(problems(BASE .. table.concat(volumes)
    .. workspace("volumes = {" .. table.concat(names, ",") .. "}"))[1],
    "must not hold more than 64 names", "65 volumes in one workspace")
tap.has(problems(BASE .. workspace('frameworks = { "' .. ("a"):rep(64) .. '"'
    .. (function()
        local more = ""
        for index = 10, 30 do
            more = more .. ', "' .. ("b"):rep(60) .. index .. '"'
        end
        return more
    end)() .. ' }'))[1], "must not be longer than 1023 characters", "too many frameworks")

local variables = {}
for index = 1, 40 do
    variables[index] = "V" .. index .. ' = ("x"):rep(1000)'
end
tap.has(problems(BASE .. workspace("environment = {" .. table.concat(variables, ",")
    .. "}"))[1],
    "must not be longer than 32768 bytes in all", "too large an environment")

-- All of them in one run, in the order of the lines, and a failure at the end.
local all = problems([[
cluster "cpu" { partion = "cpu" }
workspce "x" { a = 1 }
volume "v" { server = "stroe", export = "relative" }
local x = nil
x.y = 1
]])
tap.is(#all, 5, "all problems in one run")
tap.has(all[1], "(policy.lua:1)", "the first line first")
tap.has(all[2], "(policy.lua:2)", "then the second")
tap.has(all[5], "policy.lua:5: ", "a runtime error says file and line")

-- What is not even a policy.
tap.has(problems("x = = 1")[1], "policy.lua:1: ", "a syntax error says file and line")
tap.has(problems('\n\ncluster "a" {')[1], "policy.lua:3: ", "an unfinished file too")
tap.is(problems("")[1], "no workspace is declared (policy.lua): is the file complete? "
    .. 'where none is meant, say why: no_workspaces "REASON"', "an empty file is no policy")
tap.is(#problems('no_workspaces "we move"'), 0, "one that says that it has none is")
local closed = engine.load('no_workspaces "we move"', "policy.lua")
local _, refusal = engine.submit(closed, { user = "alice", workspace = "vision" })
tap.is(refusal.text, "there is no workspace `vision` any more: we move", "users are told")
local plain = engine.submit(closed, { user = "alice", account = "vision" })
tap.ok(plain and not plain.workspace, "a job without options is left alone")
tap.has(problems("no_workspaces {}")[1], "(policy.lua:1)", "and it says why")
tap.has(problems('no_workspaces "a"\nno_workspaces "b"')[1],
    "no_workspaces is said twice (policy.lua:2)", "once")
tap.has(problems('no_workspaces "a"\nworkspace "w" { account = "a", clusters = { "c" }, '
    .. 'users = { "u" } }\ncluster "c" { partition = "p" }')[1],
    "no_workspaces, but workspaces are declared (policy.lua:1)", "and then has none")
tap.is(problems("\27Lua\0\0")[1], "policy.lua is compiled Lua: the policy is a text",
    "compiled Lua is refused")
tap.is(problems(string.dump(function() end))[1],
    "policy.lua is compiled Lua: the policy is a text", "this Lua's own bytecode too")
tap.is(problems(("-"):rep(4 * 1024 * 1024 + 1))[1], "policy.lua is larger than 4 MiB",
    "a huge file is refused unread")
tap.is(problems(nil)[1], "policy.lua cannot be read", "no text at all")
tap.ok(#problems(("("):rep(100000)) == 1, "nesting without end is one problem")
tap.has(problems("local a = {} for i = 1, 1e3 do a[i] = a end cluster(a)(a)")[1],
    "policy.lua:1",
    "a table for a name is a problem like others")

-- A line inside helper functions and loops is still the policy's.
tap.is(problems(BASE .. [[
local function make(name)
    cluster(name) { partitoin = name }
end
for _, name in ipairs({ "x" }) do make(name) end]])[1],
    "unknown key `partitoin` in cluster `x` (policy.lua:8): did you mean `partition`?",
    "the line within a function of the policy's own")
tap.has(problems(BASE .. 'return cluster "x" { partitoin = "x" }')[1],
    "unknown key `partitoin` in cluster `x` (policy.lua",
    "a tail call loses the line at most")

-- What a policy does to its own libraries stays in it.
local before = string.find
tap.is(#problems(BASE .. "string.find = nil table.concat = nil ipairs = nil"), 0,
    "a policy may change its own words")
tap.ok(string.find == before and ("x"):find("x"), "and the engine's stay")
local opened = problems(BASE .. 'local text = io.open("/etc/passwd"):read("*a")')
tap.is(#opened, 1, "an unknown word is one problem, whatever is done with it")
tap.has(opened[1], "unknown word `io`", "no files in a policy")
for _, word in ipairs({ "os", "require", "load", "loadstring", "dofile", "debug", "_G",
    "setfenv", "getmetatable", "setmetatable", "rawset", "pcall", "error", "print" }) do
    tap.has(problems(BASE .. "local w = " .. word)[1], "unknown word `" .. word .. "`",
        "a policy has no " .. word)
end
tap.done()
