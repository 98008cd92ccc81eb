-- A job of the past, decided again; and the words of `atelier policy explain`.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local engine = require("atelier.engine")
local explanation = require("atelier.explain.described_job")
local replay = require("atelier.explain.replay")
local site = require("site")

local policy = site.policy()

local RECORD = "atelier/1 workspace=vision experiment=digits framework=pytorch cluster=cpu"

-- sacct's row of a job of alice's, with what a test changes.
local function again(changes, by)
    local job = { user = "alice", groups = {}, account = "vision", partition = "cpu",
        wckey = "vision.digits", qos = "normal", time_limit = "60", nodes = "1",
        state = "COMPLETED", admin_comment = RECORD }
    for key, value in pairs(changes or {}) do
        job[key] = value
    end
    return replay.job(by or policy, job)
end

local function differences(answer)
    local lines = {}
    for index, one in ipairs(answer.differences) do
        lines[index] = one.what .. " " .. one.was .. ">" .. one.is
    end
    return table.concat(lines, ", ")
end

tap.is(differences(again()), "", "the same policy decides the same")
tap.is(again().record.experiment, "digits", "the record is read")
tap.is(differences(again({ partition = "debug",
    admin_comment = "atelier/1 workspace=vision experiment=digits framework=pytorch "
        .. "cluster=small" })), "", "also with a partition that the user chose")
tap.is(differences(again({ account = "old" })), "account old>vision", "an account changed")
tap.is(differences(again({ wckey = "*x" })), "wckey x>vision.digits", "a wckey changed")
tap.is(differences(again({ wckey = "*" })), "", "a star alone is none that is known")
tap.is(differences(again({ wckey = "", partition = "", qos = "" })), "",
    "what the accounting does not know is no difference")
tap.is(again({ user = "bob" }).refusal.code, "ESLURM_INVALID_ACCOUNT", "a member left")
tap.is(again({ partition = "gpu" }).refusal.code, "ESLURM_INVALID_PARTITION_NAME",
    "a partition left")
local routed = assert(engine.load(site.text
    .. "function route(job) job.partition = 'cpu,debug' end", "policy.lua"))
tap.has(differences(again({}, routed)), "partition cpu>cpu,debug", "route says otherwise")

-- Who chose is not known any more; what the policy alone would give has its place.
local function why(what, answer)
    local last
    for _, reason in ipairs(answer.reasons) do
        last = reason.what == what and reason or last
    end
    return ("%s %s %s"):format(last.value, last.line or "-", last.why)
end
tap.is(why("partition", again()), "cpu 9 of the job, and of the policy: the default "
    .. "cluster of workspace `vision`", "a partition that the policy gives")
tap.is(why("partition", again({ partition = "debug" })), "debug - of the job",
    "one that it does not give by itself")
tap.is(why("partition", again({ partition = "debug" }, assert(engine.load(site.text
    .. "function route(job) job.partition = 'debug' end", "policy.lua")))),
    "debug 21 of the job, and of the policy: route set it", "one that route gives")
tap.is(why("workspace", again()), "vision - of the job", "the workspace")
local defaults = assert(engine.load(site.text:gsub('users = { "alice", "carol" },',
    'users = { "alice" }, default_wall_time = 60, default_experiment = "digits",')
    .. "default_workspace = function() return 'vision' end", "policy.lua"))
tap.has(why("workspace", again({}, defaults)), "of the policy: default_workspace chose it",
    "a default workspace")
tap.has(why("experiment", again({}, defaults)), "of the policy: the default experiment of",
    "a default experiment")
tap.has(why("time_limit", again({}, defaults)), "of the policy: the default wall time of",
    "a default wall time")
tap.is(why("time_limit", again({ time_limit = "59" }, defaults)), "59 - of the job",
    "another")

-- The record stays as it was submitted when the job is moved.
local function moved(answer)
    local one = answer.moved or {}
    return differences(answer) .. (one.from or "-") .. ">" .. (one.to or "-")
end
tap.is(moved(again()), "->-", "a job where it was")
tap.is(moved(again({ partition = "debug" })), "cpu>small", "one that was moved")
tap.is(moved(again({ partition = "cpu,debug" })), "cpu>-", "... to several clusters")
tap.is(moved(again({ admin_comment = RECORD:gsub(" cluster=cpu", "") })), "->cpu",
    "one of which Slurm chose")

tap.is(again({ admin_comment = RECORD .. " failure=n1 is full" }).record.failure,
    "n1 is full", "why it did not start")
-- Where somebody has replaced it, and nobody asked the policy.
local found = again({ admin_comment = "stop it" })
tap.is(found.record.workspace .. "." .. found.record.experiment .. " " .. found.record.replaced_by,
    "vision.digits stop it", "the wckey tells the workspace and experiment")
tap.is(differences(found), "", "... which the policy still gives")
tap.is(again({ admin_comment = "stop it", wckey = "*vision" }).record.experiment, nil,
    "... also of a job without experiment")
tap.is(select(2, again({ admin_comment = "stop it", wckey = "visionary.x" })), "it was submitted "
    .. "without a workspace: its admin comment holds no record", "another's wckey tells nothing")
tap.is(again({ admin_comment = RECORD .. " comment=words" }).record.comment, "words",
    "an administrator's words behind it")
local _, sentence = again({ admin_comment = "" })
tap.has(sentence, "without a workspace", "a job that is not ours")
_, sentence = again({ admin_comment = "atelier/9 x=y" })
tap.has(sentence, "its record has form 9, written by Atelier of another release",
    "a record that cannot be read")

-- Settings and mounts are in the record, so that they are decided again, too.
local rich = again({ admin_comment = RECORD .. " settings=init=file mounts=data/a:a" })
tap.is(rich.request.framework, "pytorch:init=file", "the framework with its settings")
tap.is(rich.request.mount, "data/a:a", "the mounts")
tap.is(differences(rich), "", "... are decided the same")

-- As squeue shows a job that waits.
local waiting = again({ time_limit = "1-12:00:00", nodes = "2-4", reservation = "(null)",
    features = "", tres = "cpu=8,mem=4000M,node=2,billing=8,gres/gpu=4,gres/gpu:a=4",
    script = true }).request
tap.is(waiting.time_limit .. " " .. waiting.nodes .. " " .. waiting.gpus, "2160 2 4",
    "what squeue says of its size")
tap.is(waiting.reservation or waiting.features, nil, "what is not there")
tap.is(again({ time_limit = "UNLIMITED" }).request.time_limit, nil, "no wall time")

local function asked(words)
    local list = {}
    for name, value in pairs(words) do
        list[#list + 1] = { name = name, value = value }
    end
    return { user = "alice", groups = {}, script = {}, environment = {}, command = list }
end

local answer = explanation.explain(policy, asked({ workspace = "vision", time = "1-00:00:00" }))
tap.is(answer.request.time_limit, 1440, "wall times as sbatch takes them")
tap.is(answer.decision.account, "vision", "the decision")
_, sentence = explanation.explain(policy, asked({ time = "soon" }))
tap.has(sentence, "--time: `soon` is no wall time", "or a sentence")
tap.done()
