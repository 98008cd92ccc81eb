-- The engine is pure: it makes no global, and needs nothing that the node's Lua lacks.
local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local site = require("site")

local made = {}
setmetatable(_G, { __newindex = function(_, key) made[#made + 1] = key end })
local hidden = {}
for _, library in ipairs({ "io", "os", "debug", "dofile", "loadfile", "print",
    "collectgarbage", "coroutine", "jit", "bit", "bit32", "utf8" }) do
    hidden[library] = rawget(_G, library)
    rawset(_G, library, nil)
end
local engine = require("atelier.engine")
local required_accounting = require("atelier.accounting.required_accounting")
local real_package = package
rawset(_G, "package", nil)

local policy = engine.load(site.text, "policy.lua")
local _, problems = engine.load("cluster 'x' { partion = 1 }\nworkspce 'y' {}", "p")
local decision = engine.submit(policy, { user = "alice", workspace = "vision" })
local plan = engine.on_node(policy, { user = "alice", groups = {}, account = "vision",
    partition = "cpu", workspace = "vision" })
local kept = engine.modify(policy, { uid = 7, account = "nlp" },
    { account = "vision", admin_comment = decision.admin_comment })

local two_files = engine.load(site.text .. [[
include "more.lua"
default_workspace = function(user) return user.name == "bob" and "nlp" or nil end
]], "policy.lua", function()
    return "route = function(job) job.features = 'a100' end"
end)
local explained = engine.explain(two_files, { user = "bob" })
local accounting = required_accounting(two_files)

rawset(_G, "package", real_package)
for library, table_of in pairs(hidden) do
    rawset(_G, library, table_of)
end
tap.is(decision.account, "vision", "a decision without io, os, debug and package")
tap.is(#plan.volumes, 2, "a plan")
tap.is(kept, nil, "a refused move")
tap.is(explained.decision and explained.decision.features, "a100", "an explanation")
tap.is(#accounting.accounts, 2, "the accounting")
tap.has(problems[1], "(p:1)", "the lines of problems are known without debug")
tap.is(#made, 0, "no global was made: " .. table.concat(made, " "))
tap.done()
