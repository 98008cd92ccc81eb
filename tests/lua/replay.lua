-- A job of the past, decided again; and the words of `atelier policy explain`.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local engine = require("atelier.engine")
local explanation = require("atelier.explanation")
local replay = require("atelier.replay")
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
tap.is(again({ admin_comment = RECORD .. " failure=n1 is full" }).record.failure,
    "n1 is full", "why it did not start")
local _, sentence = again({ admin_comment = "" })
tap.has(sentence, "without a workspace", "a job that is not ours")
_, sentence = again({ admin_comment = "atelier/9 x=y" })
tap.has(sentence, "another version", "a record that cannot be read")

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
