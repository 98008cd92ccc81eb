-- Several files, and all that is wrong with them in one run.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local engine = require("atelier.engine")

local BASE = [[
file_server "store" { host = "head" }
cluster "cpu" { partition = "cpu" }
]]
local TEAM = 'workspace "vision" { account = "vision", clusters = { "cpu" }, '
    .. 'users = { "alice" } }\n'

-- Loads `main` with the other files of a table { name = text }.
local function load(main, files)
    local asked = {}
    local policy, problems = engine.load(main, "/etc/atelier/policy.lua", function(name)
        asked[#asked + 1] = name
        if files[name] then
            return files[name]
        end
        return nil, "/etc/atelier/" .. name .. ": No such file"
    end)
    return policy, problems and table.concat(problems, "\n") or "", asked, problems
end

local policy = load(BASE .. 'include "teams.lua"\n', { ["teams.lua"] = TEAM })
tap.ok(policy and policy.workspaces.vision, "an included workspace")
tap.is(table.concat(policy.files, " "), "policy.lua teams.lua", "the files by name")
tap.is(policy.workspaces.vision.file .. policy.workspaces.vision.line, "teams.lua1",
    "... and its own file and line")
tap.is(policy.clusters.cpu.file .. policy.clusters.cpu.line, "policy.lua2", "a main one")
policy = load(BASE .. 'include "a.lua"', { ["a.lua"] = 'include "b.lua"',
    ["b.lua"] = TEAM .. 'local x = 1\nroute = function(job)\nlocal y = job.z.z\nend' })
local _, refusal = engine.submit(policy, { user = "alice", workspace = "vision" })
tap.has(refusal.text, "route of the site's policy failed (b.lua:4)",
    "an error in route has the file that it stands in")

local problems, asked, list
local function expect(main, files, sentence)
    policy, problems = load(main, files)
    tap.is(policy, nil, sentence)
    tap.has(problems, sentence, "... said")
end
expect(BASE .. 'include "teams.lua"', {},
    "include `teams.lua` cannot be read: /etc/atelier/teams.lua: No such file "
    .. "(policy.lua:3)")
expect(BASE .. TEAM .. 'include "a.lua"', { ["a.lua"] = "\nx = = 1" }, "a.lua:2: ")
expect(BASE .. TEAM .. 'include "a.lua"', { ["a.lua"] = 'local x\n\nx.y = 1' },
    "a.lua:3: ")
expect(BASE .. TEAM .. 'include "a.lua" include "a.lua"', { ["a.lua"] = "" },
    "include `a.lua` comes a second time (policy.lua:4)")
expect(BASE .. TEAM .. 'include "a.lua"', { ["a.lua"] = '\ninclude "policy.lua"' },
    "include `policy.lua` comes a second time (a.lua:2)")
expect(BASE .. TEAM .. 'include "a.lua"', { ["a.lua"] = TEAM },
    "workspace `vision` is declared twice (a.lua:1): the first is at policy.lua:3")
expect(BASE .. TEAM .. 'include "a.lua"', { ["a.lua"] = "\27Lua" },
    "include `a.lua` is not possible: a.lua is compiled Lua: the policy is a text "
    .. "(policy.lua:4)")
expect(BASE .. TEAM .. 'include "a.lua"', { ["a.lua"] = 7 },
    "include `a.lua` is not possible: a.lua cannot be read (policy.lua:4)")
expect(BASE .. TEAM .. 'include "a.lua"', { ["a.lua"] = ("-"):rep(4 * 1024 * 1024) },
    "a.lua is larger than 4 MiB with what came before")
for _, name in ipairs({ "../policy.lua", "/etc/passwd", "a/b.lua", "", ".hidden", "a b",
    "a\0b" }) do
    policy, problems, asked = load(BASE .. TEAM .. ("include %q"):format(name), {})
    tap.has(problems, "needs the name of a file beside the policy",
        "not a file's name: " .. name)
    tap.is(#asked, 0, "... and nothing was read")
end
tap.has(select(2, load(BASE .. TEAM .. "include {}", {})), "needs the name of a file",
    "a table is no file's name")
local many, chain, deep = {}, {}, {}
for index = 1, 70 do
    many[index] = ('include "f%d"'):format(index)
    chain["f" .. index], deep["f" .. index] = "", ('include "f%d"'):format(index + 1)
end
expect(BASE .. TEAM .. table.concat(many, "\n"), chain, "is one file too many")
expect(BASE .. TEAM .. 'include "f1"', deep, "is nested too deeply")
local none = engine.load(BASE .. 'include "a.lua"', "policy.lua")
tap.is(none, nil, "a host that reads no other file")
local _, why = engine.load(BASE .. TEAM .. 'include "a.lua"', "policy.lua")
tap.has(why[1], "is not possible here: this program reads a policy of one file",
    "... says so")
_, why = engine.load(BASE .. TEAM .. 'include "a.lua"', "policy.lua",
    function() error("boom\n") end)
tap.has(why[1], "cannot be read: ", "a reader that fails")

-- Ten mistakes in two files: each is said, with its file and line, in their order.
local MAIN = [[
file_server "store" { hots = "head" }
volume "data" { server = "stroe", export = "/data" }
cluster "gpu" { partition = "gpu", size = { mni = 1 } }
include "teams.lua"
default_workspce = function() end
route = 7
]]
local TEAMS = [[
workspce "lost" {}
workspace "vision" {
    account = "vision", clusters = { "gpuu" }, users = { "alice" },
    limits = { wall_time = "soon" }, frameworks = { "pytorch" },
    experiments = { digits = { frameworks = { "mpi" } } },
}
local x = nil
x.y = 1
]]
policy, problems, asked, list = load(MAIN, { ["teams.lua"] = TEAMS })
tap.is(#list, 10, "ten mistakes in two files, all found")
for index, part in ipairs({
    "unknown key `hots` in file_server `store` (policy.lua:1): did you mean `host`?",
    "unknown file_server `stroe` in key `server` of volume `data` (policy.lua:2): "
        .. "did you mean `store`?",
    "unknown key `mni` in `size` of cluster `gpu` (policy.lua:3): did you mean `min`?",
    "unknown word `default_workspce` (policy.lua:5): did you mean `default_workspace`?",
    "route must be a function (policy.lua:6)",
    "unknown word `workspce` (teams.lua:1): did you mean `workspace`?",
    "`mpi` in key `frameworks` of experiment `digits` of workspace `vision` is not one "
        .. "of workspace `vision` (teams.lua:2): choose pytorch",
    "key `wall_time` of `limits` of workspace `vision` must be a wall time "
        .. "(teams.lua:2): write minutes or \"days-hours:minutes:seconds\"",
    "unknown cluster `gpuu` in key `clusters` of workspace `vision` (teams.lua:2): "
        .. "did you mean `gpu`?",
    "teams.lua:8: ",
}) do
    tap.has(list[index], part, part)
end
tap.done()
