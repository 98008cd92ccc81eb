-- explain says what submit decides, where each part comes from, and what slurmdbd needs.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local required_accounting = require("atelier.accounting.required_accounting")
local engine = require("atelier.engine")
local rules = require("rules")

local POLICY = rules.policy([[
default_workspace = function(user) return user.name == "bob" and "open" or nil end
route = function(job)
    if job.features == "bad" then refuse("no such nodes") end
    if job.gpus then job.partition, job.environment = "gpu-long", { GPUS = "1" } end
end
]])

-- { what = "value file:line why" }, and a second of the same what replaces the first.
local function by_name(list)
    local map = {}
    for _, one in ipairs(list) do
        map[one.what] = ("%s %s:%s %s"):format(tostring(one.value), tostring(one.file),
            tostring(one.line), one.why)
    end
    return map
end

local function explain(changes)
    return engine.explain(POLICY, rules.request(changes))
end

-- Whatever is asked, the answer is submit's.
local function flat(entries)
    local words = {}
    for key, one in pairs(entries or {}) do
        words[#words + 1] = tostring(key) .. "="
            .. (type(one) == "table" and flat(one) or tostring(one))
    end
    table.sort(words)
    return table.concat(words, " ")
end
for _, changes in ipairs({ {}, { experiment = "production" }, { gpus = 2 },
    { features = "bad" }, { user = "mallory", groups = {} }, { workspace = false },
    { workspace = false, user = "bob" }, { qos = "x" }, { time_limit = 99999 },
    { workspace = "no such" }, { framework = "x" }, { partition = "debug" } }) do
    local decision, refusal = engine.submit(POLICY, rules.request(changes))
    local answer = explain(changes)
    tap.is(flat(answer.decision) .. flat(answer.refusal), flat(decision)
        .. flat(refusal), "as submit: " .. flat(changes))
end

-- The places of a job that default rules decide.
local answer = explain({})
local why = by_name(answer.reasons)
tap.is(why.workspace, "vision nil:nil asked for by the job", "the workspace")
tap.is(why.experiment, "digits policy.lua:6 the default experiment of workspace `vision`",
    "the experiment")
tap.is(why.account, "vision policy.lua:6 the account of workspace `vision`", "account")
tap.is(why.partition, "cpu policy.lua:6 the default cluster of workspace `vision`",
    "the partition")
tap.is(by_name(explain({ time_limit = 5, framework = "mpi" }).reasons).time_limit,
    "5 nil:nil asked for by the job", "the user's own wall time")
tap.is(by_name(explain({ framework = "mpi" }).reasons).framework,
    "mpi nil:nil asked for by the job", "the framework")
tap.is(why.qos, "normal policy.lua:6 the QOS of workspace `vision` for priority `normal`",
    "the QOS")
tap.is(why.time_limit, "60 policy.lua:6 the default wall time of workspace `vision`",
    "the wall time")
tap.is(answer.volumes[1].name .. answer.volumes[1].server .. answer.volumes[1].driver
    .. answer.volumes[1].file .. answer.volumes[1].line, "datastoreautopolicy.lua2",
    "a volume, where it is declared")
tap.is(answer.volumes[1].why, "a volume of workspace `vision`", "... and why")
local limits = by_name(answer.limits)
tap.is(limits.nodes, "4 policy.lua:6 a limit of workspace `vision`", "a limit")
tap.is(answer.limits[1].enforced_by, "submission and association", "who enforces it")
tap.is(answer.limits[4].what .. " " .. answer.limits[4].enforced_by,
    "running_jobs association", "what is counted is Slurm's to count")
tap.is(#answer.limits, 6, "all limits")

-- An experiment's, route's, and the user's own.
answer = explain({ experiment = "production", partition = "gpu" })
why = by_name(answer.reasons)
tap.has(why.qos, "the QOS of experiment `production` of workspace `vision`", "its QOS")
tap.is(why.partition, "gpu nil:nil asked for by the job", "the user's partition")
limits = by_name(answer.limits)
tap.has(limits.gpus, "8 policy.lua:6 a limit of experiment `production`", "its limit")
tap.has(limits.nodes, "4 policy.lua:6 a limit of workspace `vision`", "an inherited one")
tap.is(answer.limits[2].enforced_by, "submission", "which Slurm does not know")
local variables = by_name(answer.environment)
tap.has(variables.SITE, "b policy.lua:6 the environment of experiment", "a variable")
tap.has(variables.OMP_NUM_THREADS, "1 policy.lua:6 the environment of workspace",
    "an inherited one")
answer = explain({ gpus = 4 })
local _, lines = rules.text:gsub("\n", "")
tap.is(by_name(answer.reasons).partition, "gpu-long policy.lua:" .. lines + 2
    .. " route set it", "route's partition")
tap.is(by_name(answer.environment).GPUS, "1 policy.lua:" .. lines + 2 .. " route set it",
    "route's variable")
answer = explain({ workspace = false, user = "bob" })
tap.is(by_name(answer.reasons).workspace, "open policy.lua:" .. lines + 1
    .. " default_workspace chose it", "the default workspace")

-- Refusals: how far it came, and nothing of others' workspaces.
answer = explain({ qos = "x" })
tap.is(answer.decision, nil, "a refusal has no decision")
tap.is(answer.refusal.file .. answer.refusal.line, "policy.lua6", "but a place")
tap.is(by_name(answer.reasons).account ~= nil and #answer.volumes, 2,
    "and a member is told the rest")
answer = explain({ user = "mallory", groups = {} })
tap.is(#answer.volumes + #answer.limits + #answer.environment + #answer.reasons, 0,
    "a stranger is told nothing")
answer = explain({ workspace = false })
tap.ok(answer.decision and next(answer.decision) == nil, "a job that is not ours")

-- What slurmdbd has to hold.
local accounting = required_accounting(POLICY)
local function lines_of(list, ...)
    local words = {}
    for index, one in ipairs(list) do
        local fields = {}
        for _, key in ipairs({ ... }) do
            fields[#fields + 1] = tostring(one[key])
        end
        words[index] = table.concat(fields, ":")
    end
    return table.concat(words, " ")
end
tap.is(lines_of(accounting.accounts, "name", "parent", "default_qos"),
    "open:nil:nil science:nil:nil vision:science:normal vision-extra:science:normal",
    "accounts, parents first")
tap.is(accounting.accounts[3].title, "Computer vision", "a title")
tap.is(table.concat(accounting.accounts[3].qos, " "), "spare normal urgent", "its QOS")
tap.is(table.concat(accounting.qos, " "), "normal spare urgent", "all QOS")
tap.is(lines_of(accounting.users, "user", "account"),
    "alice:open bob:open alice:vision alice:vision-extra carol:vision "
    .. "carol:vision-extra", "users")
tap.is(lines_of(accounting.groups, "group", "account"),
    "vision:vision vision:vision-extra", "groups")
tap.is(lines_of(accounting.administrators, "user", "account"), "carol:vision carol:vision-extra",
    "administrators")
tap.is(accounting.limits.vision.wall_time, 2880, "limits of the account")
tap.is(accounting.limits.vision.gpu_hours, 1000, "... that submission cannot know")
tap.is(accounting.limits.science, nil, "none where none is declared")
tap.has(lines_of(accounting.wckeys, "user", "wckey"),
    "alice:vision alice:vision.digits alice:vision.production alice:vision.thesis",
    "wckeys of listed experiments")

-- Two workspaces of one account.
local shared = required_accounting(rules.policy([[
workspace "a" { account = "s", accounts = { "t" }, clusters = { "cpu" }, users = { "u" } }
workspace "b" { account = "s", accounts = { "t" }, clusters = { "cpu" }, users = { "u" } }
]]))
local told = lines_of(shared.users, "user", "account")
tap.is(select(2, told:gsub("u:s", "")) .. select(2, told:gsub("u:t", "")), "11",
    "nothing is there twice")
tap.done()
