-- replay.lua: a job that Slurm knows, decided again by the policy of today.

local admin_comment = require("atelier.decide.admin_comment")
local duration = require("atelier.base.duration")
local explanation = require("atelier.decide.explanation")
local trace = require("atelier.decide.trace")

local replay = {}

local NOTHING = { [""] = true, ["(null)"] = true, ["N/A"] = true }

local function given(text)
    return text ~= nil and not NOTHING[text] and text or nil
end

-- "cpu=2,gres/gpu=4,node=2": the GPUs are there where Slurm accounts for them.
local function gpus_of(tres)
    return tonumber((("," .. (tres or "")):match(",gres/gpu=(%d+)")))
end

local function framework_of(record)
    return record.settings and record.framework .. ":" .. record.settings
        or record.framework
end

-- What the job would ask for, so that the policy's own choice shows: its record, and what
-- Slurm lets users choose. Account and wckey follow the workspace, so they are left out.
local function request_of(job, record)
    return {
        user = job.user, uid = job.uid, groups = job.groups, workspace = record.workspace,
        experiment = record.experiment, framework = framework_of(record),
        mount = record.mounts, partition = given(job.partition), qos = given(job.qos),
        nodes = tonumber((tostring(job.nodes):match("^%d+"))), gpus = gpus_of(job.tres),
        time_limit = tonumber(job.time_limit) or duration.minutes(job.time_limit),
        features = given(job.features), reservation = given(job.reservation),
        script = job.script or nil,
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
    for _, key in ipairs({ "experiment", "framework", "settings", "mounts" }) do
        add(differences, key, record[key], now[key])
    end
    return differences
end

-- The record has the cluster that the job was submitted to, and stays so: Slurm lets nobody
-- but root change it where a job's partition changes. Returns { from, to }, each nil for
-- several clusters; nil when it is where it was.
local function moved(record, decision)
    local now = admin_comment.parse(decision.admin_comment) or {}
    return record.cluster ~= now.cluster and { from = record.cluster, to = now.cluster } or nil
end

-- The policy's own reason for `reason.value`, were it not asked for; nil when it would
-- choose otherwise.
local function own_reason(policy, request, reason)
    local silent, own = {}, nil
    for key, given in pairs(request) do
        silent[key] = key ~= reason.what and given or nil
    end
    for _, one in ipairs(explanation(policy, silent).reasons) do
        own = one.what == reason.what and one or own
    end
    return own and own.value == reason.value and own or nil
end

-- Nobody knows any more what the job asked for, and what the policy gave it: only that it
-- has it, and whether the policy alone would give it the same.
local function retell(policy, request, reasons)
    for _, reason in ipairs(reasons) do
        if reason.why == trace.ASKED then
            local own = own_reason(policy, request, reason)
            reason.why = own and "of the job, and of the policy: " .. own.why or "of the job"
            reason.file, reason.line = own and own.file, own and own.line
        end
    end
end

-- The workspace and experiment that the job's wckey names, which the policy gave it; nil for none.
local function record_by_wckey(policy, wckey)
    wckey = plain(wckey)
    for name in pairs(policy.workspaces) do
        local workspace = name:lower()
        if wckey == workspace then
            return { workspace = name }
        elseif wckey:sub(1, #workspace + 1) == workspace .. "." then
            return { workspace = name, experiment = wckey:sub(#workspace + 2) }
        end
    end
end

-- The job's record, or what is left of it where Slurm let somebody replace it without a question
-- to the policy (scancel --admin-comment, sacctmgr); or nil and a sentence.
local function record_of(policy, job)
    local comment = given(job.admin_comment)
    local failure = admin_comment.failure(comment)
    if failure then
        return nil, "it has no record of a workspace, and a node said of it: " .. failure
    elseif admin_comment.is_ours(comment) then
        local record = admin_comment.parse(comment)
        return record, not record and "its record " .. admin_comment.why_unread(comment) or nil
    end
    local left = comment and record_by_wckey(policy, job.wckey)
    if left then
        left.replaced_by = comment
        return left
    end
    return nil, "it was submitted without a workspace: its admin comment holds no record"
end

-- `job`: { user, uid, groups, account, partition, wckey, qos, nodes, time_limit, tres,
-- features, reservation, admin_comment (texts as squeue and sacct show them), script }.
-- Returns explanation.lua's answer with { request, record, differences = { { what, was, is } },
-- moved = { from, to } }; or nil and a sentence.
function replay.job(policy, job)
    local record, fault = record_of(policy, job)
    if not record then
        return nil, fault
    end
    local request = request_of(job, record)
    local answer = explanation(policy, request)
    answer.request, answer.record = request, record
    answer.differences = answer.decision and compare(job, record, answer.decision) or {}
    answer.moved = answer.decision and not record.replaced_by and moved(record, answer.decision)
        or nil
    retell(policy, request, answer.reasons)
    return answer
end

return replay
