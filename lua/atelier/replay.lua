-- replay.lua: a job that Slurm knows, decided again by the policy of today.

local admin_comment = require("atelier.admin_comment")
local explain = require("atelier.explain")

local replay = {}

local function given(text)
    return text ~= nil and text ~= "" and text or nil
end

-- What the job would ask for, so that the policy's own choice shows: its record, and what
-- Slurm lets users choose. Account and wckey follow the workspace, so they are left out.
local function request_of(job, record)
    return {
        user = job.user, groups = job.groups, workspace = record.workspace,
        experiment = record.experiment, framework = record.framework,
        partition = given(job.partition), qos = given(job.qos),
        nodes = tonumber(job.nodes), time_limit = tonumber(job.time_limit),
    }
end

local function add(differences, what, was, is)
    if was ~= is then
        differences[#differences + 1] = { what = what, was = was or "", is = is or "" }
    end
end

-- sacct shows a wckey that nobody chose, or that slurmdbd was not told yet, with a star.
local function plain(wckey)
    return ((wckey or ""):gsub("^%*", ""):lower())
end

-- What the accounting does not know (a job that has just begun; wckeys where Slurm does
-- not track them) is no difference.
local function compare(job, record, decision)
    local differences = {}
    local now = admin_comment.parse(decision.admin_comment) or {}
    for _, key in ipairs({ "account", "partition", "qos" }) do
        if given(job[key]) and decision[key] ~= nil then
            add(differences, key, job[key], decision[key])
        end
    end
    if plain(job.wckey) ~= "" then
        add(differences, "wckey", plain(job.wckey), plain(decision.wckey))
    end
    for _, key in ipairs({ "experiment", "framework", "cluster" }) do
        add(differences, key, record[key], now[key])
    end
    return differences
end

-- `job`: { user, groups, account, partition, wckey, qos, nodes, time_limit (minutes, as a
-- text), admin_comment }, as sacct shows them. Returns explain.lua's answer with { request,
-- record, differences = { { what, was, is } } }; or nil and a sentence.
function replay.job(policy, job)
    if not admin_comment.is_ours(job.admin_comment) then
        return nil, "it was submitted without a workspace: its admin comment holds no "
            .. "record"
    end
    local record = admin_comment.parse(job.admin_comment)
    if not record then
        return nil, "its record is damaged, or of another version of Atelier"
    end
    local request = request_of(job, record)
    local answer = explain(policy, request)
    answer.request, answer.record = request, record
    answer.differences = answer.decision and compare(job, record, answer.decision) or {}
    return answer
end

return replay
