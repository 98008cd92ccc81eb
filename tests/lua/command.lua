-- Commands as their host goes through them, with recorded answers in place of Slurm's.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local session = require("atelier.command_line.session")
local site = require("site")

local policy = site.policy()
local HERE = { user = "alice", uid = 7, groups = {}, is_root = true, clock = 0, node = "n1" }

-- Runs the command; `answers` has the recorded answer, or { fault = sentence }, of each
-- question by its name. Returns the answer and the names that were asked, a text a round.
local function run(answers, ...)
    local opened = session.open(policy, { words = { ... },
        nouns = { "framework", "policy", "volume", "doctor" } })
    if opened.status then
        return opened, {}
    end
    session.here(policy, HERE)
    session.policy(nil, { path = "policy.lua", files = {}, problems = {} })
    local rounds = {}
    for _ = 1, 8 do
        local names = {}
        for index, question in ipairs(session.ask(policy)) do
            local answer = answers[question.name]
            names[index] = question.name
            if type(answer) == "table" and answer.fault then
                session.fault(policy, { name = question.name, text = answer.fault, party = "site" })
            else
                session.known(nil, question.name, answer)
            end
        end
        if #names == 0 then
            break
        end
        rounds[#rounds + 1] = table.concat(names, " ")
    end
    return session.answer(policy), rounds
end

local function lines(view)
    local shown = {}
    for _, item in ipairs(view) do
        for _, row in ipairs(type(item) == "table" and item.rows or { { item } }) do
            shown[#shown + 1] = table.concat(row, "|")
        end
    end
    return table.concat(shown, "\n")
end

local applied, rounds = run({
    configuration = "ClusterName = c\nAccountingStorageEnforce = associations,wckeys\n",
    accounts = {}, qos = {}, jobs = {}, associations = {}, users = {}, wckeys = {},
    unknown = { users = {}, groups = {} }, groups = {},
}, "policy", "apply", "--dry-run")
tap.is(rounds[1], "configuration accounts qos jobs unknown groups", "what needs no other answer")
tap.is(rounds[2], "associations users wckeys", "what needs the cluster's name")
tap.has(lines(applied.view), "create|account vision|", "the plan")
tap.is(applied.changes, nil, "a dry run changes nothing")
tap.is(applied.good, true, "and is good")
applied = run({ configuration = "x = 1\n", accounts = {}, qos = {}, jobs = {},
    unknown = { users = {}, groups = {} }, groups = {} }, "policy", "apply")
tap.is(applied.faults[1], "scontrol show config names no cluster", "no cluster")

local CONFIGURATION = { slurm = "ClusterName = c\n", directory = "/etc/slurm" }
local explained, asked = run({
    environment = {}, person = { uid = 7, groups = {} }, slurm = "ClusterName = c\n",
    files = CONFIGURATION, tasks = { { rank = 0, node = "node0", variables = { RANK = "0" } } },
    launchers = {}, associations = {},
}, "policy", "explain", "--user", "alice", "--workspace=vision", "--framework=pytorch", "-N2")
tap.is(asked[1], "environment person slurm", "what is asked of a job")
tap.has(lines(explained.view), "account|vision|", "the decision")
tap.has(lines(explained.view), "Task 0, on node0:\n  RANK=0", "its tasks")
tap.has(lines(explained.view), "\nLaunch:\n  srun --nodes=2 --ntasks=2 PROGRAM", "how it is started")
for _, words in ipairs({ { "--ntasks=4" }, { "-N1-2", "--ntasks=4" } }) do
    explained = run({ environment = {}, person = { groups = {} }, slurm = { fault = "no Slurm" },
        associations = {} }, "policy", "explain", "--user", "alice", "--workspace=vision",
        (unpack or table.unpack)(words))
    tap.has(lines(explained.view), "Launch, on the least nodes that the job may get:\n  srun --nodes=1 "
        .. "--ntasks=4 PROGRAM", "... where Slurm may give more nodes")
end
explained = run({ environment = {}, person = { groups = {} }, slurm = { fault = "no Slurm" },
    associations = {} }, "policy", "explain", "--user", "alice", "--workspace=vision")
tap.is(explained.good, true, "a decision without Slurm")
explained = run({ environment = {}, person = { groups = {} }, hosts = { false } },
    "policy", "explain", "--user", "alice", "-F", "hosts")
tap.is(explained.faults[1], "--nodefile=hosts cannot be read", "a file that cannot be read")
explained = run({ controller = {}, accounting = {} }, "policy", "explain", "--job", "7")
tap.is(explained.faults[1], "neither slurmctld nor Slurm's accounting knows job 7", "no such job")

local answers = { { node = "n1", volume = "datasets", server = "store", host = "head",
    driver = "auto", milliseconds = 5, asked = "service" },
    { node = "n1", volume = "results", server = "store", host = "head", driver = "auto",
        error = "it is down" } }
local tested = run({ answers = answers }, "volume", "test")
tap.is(tested.good, false, "a volume that does not answer")
tap.is(lines(tested.view), "datasets|store|head|auto|5 ms, service and export alone\n"
    .. "results|store|head|auto|it is down", "a row for each volume")
tap.has(tested.asides[1], "reserved port", "what was not asked")
tap.is(type(tested.data[1].error), "function", "no error is null for programs")
tested = run({ answers = answers }, "volume", "test", "-o", "node,volume")
tap.is(table.concat(tested.output, "|"), "node|volume", "columns")
tested = run({}, "volume", "test", "dataset")
tap.has(tested.faults[1], "did you mean `datasets`?", "a volume that is not there")

local mistaken = run({}, "policy", "show", "clustre")
tap.has(mistaken.complaint, "did you mean `cluster`?", "a mistyped value")
tap.is(mistaken.status, 2, "is wrong usage")
tap.done()
