-- The site's own cases: what passes, what fails and how, and what is no case.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local case = require("atelier.explain.case")
local site = require("site")

local policy = site.policy()

local function run(text)
    return case.run(policy, { text = text, file = "cases.lua" })
end

-- The failures of one case, as one text.
local function failures(body)
    local cases, problems = run("case 'one' { " .. body .. " }")
    return table.concat(cases and cases[1].failures or problems, " | ")
end

local VISION = "user = 'alice', workspace = 'vision', "
tap.is(failures(VISION .. "expect = { account = 'vision', partition = 'cpu' }"), "",
    "what is decided as expected passes")
tap.is(failures(VISION .. "expect = { partition = 'gpu', wckey = 'x' }"),
    "partition is cpu, not gpu | wckey is vision, not x", "each difference is said")
tap.is(failures(VISION .. "expect = { qos = 'high' }"), "qos is open, not high",
    "what the policy leaves open is no QOS")
tap.has(failures(VISION .. "partition = 'gpu', expect = { }"), "refused: partition `gpu`",
    "a refusal that was not expected")
tap.is(failures(VISION .. "partition = 'gpu', expect = { refused = 'is not one of' }"), "",
    "a refusal that was")
tap.is(failures(VISION .. "expect = { refused = 'no' }"), "not refused",
    "an acceptance that was not expected")
tap.has(failures(VISION .. "partition = 'gpu', expect = { refused = 'zzz' }"),
    "refused otherwise than expected: partition", "another refusal")
tap.has(failures(VISION .. "partition = 'gpu', expect = { refused = '.*' }"),
    "refused otherwise", "the sentence is no pattern")
tap.is(failures("user = 'dave', groups = { 'vision' }, workspace = 'vision', "
    .. "expect = { account = 'vision' }"), "", "a member by group")
tap.has(failures("user = 'dave', workspace = 'vision', expect = { }"),
    "refused: workspace", "without groups a user has none")

tap.has(failures("usr = 'alice', expect = { }"), "did you mean `user`?", "a mistyped key")
tap.has(failures("user = 'alice', expect = { acount = 'x' }"), "did you mean `account`?",
    "also in expect")
tap.has(failures("user = 'alice'"), "has no key `expect`", "no expectation")
tap.has(failures("expect = { }"), "has no key `user`", "no user")
tap.has(failures("user = 'alice', nodes = '2', expect = { }"), "key `nodes`", "a type")
tap.has(failures("user = 'alice', time_limit = 'soon', expect = { }"), "days-hours",
    "a wall time")

local cases = run("\ncase 'a' { user = 'alice', expect = { } }\n"
    .. "for _, user in ipairs { 'alice', 'carol' } do\n"
    .. "case('b ' .. user) { user = user, workspace = 'vision', expect = { } }\nend")
tap.is(#cases, 3, "cases may be made in a loop")
tap.is(cases[3].name .. " " .. cases[3].file .. ":" .. cases[3].line,
    "b carol cases.lua:4", "with name, file and line")

local function problem(text)
    local _, problems = run(text)
    return table.concat(problems, " | ")
end
tap.has(problem("case 'a' {"), "cases.lua:1", "a file that is no Lua")
tap.has(problem(""), "declares no case", "an empty file is no success")
tap.has(problem("os.exit(0)"), "unknown word `os`", "no way out")
tap.has(problem("case 'a' 'b'"), "needs its keys", "a case without a body")
tap.has(problem("\27Lua"), "compiled", "no bytecode")
tap.done()
