-- Every key that the policy takes has an effect that a test sees on a real cluster, or the
-- manual and `policy check` say plainly that it has none. Tests of the cluster say which keys
-- they see in lines `# key: KIND.KEY` over them.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local engine = require("atelier.engine")
local hook = require("atelier.policy.hook")
local name = require("atelier.base.name")
local operators = require("atelier.policy.operators")
local route = require("atelier.decide.route")
local schema = require("atelier.policy.schema")

-- { "workspace.limits.nodes" = true, or "noted" for a key without effect }
local keys = {}

local function add(kind, rules)
    for key, rule in pairs(rules) do
        local label = kind .. "." .. key
        if rule.note then
            keys[label] = "noted"
        elseif rule.keys then
            add(label, rule.keys)
        else
            keys[label] = true
            if rule.each then
                add(rule.kind, rule.each)
            end
        end
    end
end

for kind, rules in pairs(schema) do
    add(kind, rules)
end
for _, key in ipairs(operators.KEYS) do
    keys["operators." .. key] = true
end
for _, which in ipairs(hook.NAMES) do
    keys[which] = true
end
for _, field in ipairs(route.SETTABLE) do
    keys["route." .. field] = true
end

local function text_of(path)
    local file = assert(io.open(top .. "/" .. path))
    local text = file:read("*a")
    file:close()
    return text
end

-- What the tests that are run say that they see, { key = file }.
local seen = {}
for path in text_of("tests/cluster/local.mk"):gmatch("(tests/cluster/[%w-]+%.bats)") do
    local text = text_of(path)
    for key in text:gmatch("\n# key: (%S+)") do
        seen[key] = path
        tap.ok(keys[key] == true, key .. ", which " .. path .. " sees, is a key with an effect")
    end
    for marked in text:gmatch("(\n# key: [^\n]*\n[^\n]*)") do
        tap.ok(marked:find("\n@test ", 1, true) or marked:find("\n# key: [^\n]*\n# key: "),
            "its line stands over a test: " .. marked:gsub("\n", " "))
    end
end

local page = text_of("doc/atelier-policy.5")
for _, key in ipairs(name.sorted_keys(keys)) do
    local kind, own = key:match("^([^.]*)"), key:match("[^.]*$")
    local section = page:match("\n%.Ss " .. kind .. "\n(.-)\n%.Ss ") or ""
    local item = section:match("\n%.It Ic " .. own .. "\n(.-)\n%.It Ic")
    if keys[key] == "noted" then
        tap.has(item, "Not enforced yet", key .. " has no effect, as its manual says")
    else
        tap.ok(seen[key], key .. " has an effect that a test sees on a cluster")
    end
end

-- The ones without an effect, in a policy.
local body = { gpus_per_node = "4", size = "{ max = 2 }", setup = '"/srv/prepare"' }
for key, value in pairs(keys) do
    if value == "noted" then
        local own = key:match("[^.]*$")
        local policy = engine.load('cluster "cpu" { partition = "cpu", ' .. own .. " = "
            .. (body[own] or "?") .. [[ }
workspace "vision" { account = "vision", clusters = { "cpu" }, users = { "alice" } }]], "policy.lua")
        tap.has(policy and policy.notes[1], "key `" .. own .. "`", "check says so of " .. key)
        tap.has(policy and policy.notes[1], "is not enforced yet", "... plainly")
    end
end
tap.done()
