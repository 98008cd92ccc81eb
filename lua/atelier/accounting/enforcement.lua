-- enforcement.lua: who enforces the limits that explain shows, by what Slurm says. The
-- policy says who is to (limits.lua); Slurm may be configured otherwise, and slurmdbd may
-- not have been told.

local association = require("atelier.accounting.association")
local duration = require("atelier.base.duration")
local slurm_settings = require("atelier.site.slurm_settings")

local enforcement = {}

local IS_OF_GPUS = { gpus = true, gpu_hours = true }
local APPLY = "`atelier policy apply` sets it"

-- The limits of the account's own association on the cluster.
local function limits_of(rows, cluster)
    for _, row in ipairs(rows) do
        if row.user == "" and row.partition == "" and row.cluster == cluster then
            return association.read(row)
        end
    end
end

-- Returns what keeps Slurm from counting, or nil.
local function hindrance(limit, slurm, held)
    if not slurm_settings.words(slurm.AccountingStorageEnforce).limits then
        return "AccountingStorageEnforce in slurm.conf lacks limits"
    elseif IS_OF_GPUS[limit.what]
        and not slurm_settings.words(slurm.AccountingStorageTRES)["gres/gpu"] then
        return "AccountingStorageTRES in slurm.conf lacks gres/gpu"
    elseif not held or held[limit.what] == nil then
        return "slurmdbd does not have it: " .. APPLY
    end
end

local function shown(key, count)
    if key == "wall_time" then
        return duration.text(count)
    end
    return ("%d"):format(math.floor(count + 0.5))
end

local UNASKED = {
    plugin = "JobSubmitPlugins in slurm.conf lacks lua",
    script = "there is no job_submit.lua beside slurm.conf",
    call = "job_submit.lua does not call atelier.slurm",
}

-- Each function returns whether its enforcer does it, and a part of the sentence.
local function by_submission(slurm, asked)
    local why = require("atelier.site.requirement").unasked(slurm, asked)
    if not why then
        return true, "checked at submission"
    end
    return false, "nobody checks it at submission: " .. UNASKED[why]
end

local function by_association(limit, slurm, held)
    local cause = hindrance(limit, slurm, held)
    if cause then
        return false, "nobody counts all jobs: " .. cause
    elseif held[limit.what] ~= limit.value then
        return true, "Slurm counts all jobs, up to " .. shown(limit.what, held[limit.what])
            .. ": " .. APPLY
    end
    return true, "Slurm counts all jobs"
end

local function judge(limit, slurm, held, asked)
    local is_submission = limit.enforced_by:find("submission", 1, true)
    local is_association = limit.enforced_by:find("association", 1, true)
    local who, told = {}, {}
    local function add(word, does, sentence)
        who[#who + 1] = does and word or nil
        told[#told + 1] = sentence
    end
    if is_submission then
        add("submission", by_submission(slurm, asked))
    end
    if is_association then
        add("association", by_association(limit, slurm, held))
    end
    return { enforced_by = #who > 0 and table.concat(who, " and ") or "nobody",
        told = table.concat(told, ", and ") }
end

-- `asked`: { limits (as explanation.lua has them), slurm and job_submit (as requirement.check
-- has them) and associations (the account's rows), or fault (a sentence:
-- why Slurm does not say) }. Returns { enforced_by ("submission", "association", both or
-- "nobody"; nil when Slurm does not say), told } for each limit.
function enforcement.judge(_policy, asked)
    local list = {}
    local slurm = slurm_settings.read(asked.slurm or "")
    local held = limits_of(asked.associations or {}, slurm.ClusterName)
    for index, limit in ipairs(asked.limits) do
        list[index] = asked.fault and { told = "whether anybody enforces it is not known: "
            .. asked.fault } or judge(limit, slurm, held, asked)
    end
    return list
end

return enforcement
