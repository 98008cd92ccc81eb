-- described_job.lua: a job that only the options of sbatch describe, for `atelier policy
-- explain`: from them to the engine's request and its answer.

local explanation = require("atelier.decide.explanation")
local sbatch_request = require("atelier.sbatch.sbatch_request")

local described_job = {}

-- `asked`: what sbatch_request.read takes, and launchers, { module = its text }. Returns what
-- explanation.lua does, with { request, cpus_per_task, unused, notes }; or nil and a
-- sentence.
function described_job.explain(policy, asked)
    local read, fault = sbatch_request.read(asked)
    if not read then
        return nil, fault
    end
    local answer = explanation(policy, read.request)
    if read.request.framework and answer.decision and answer.decision.workspace then
        local framework_room = require("atelier.decide.framework_room")
        answer.refusal = framework_room.refuses(policy, read.request, answer.decision,
            function(module)
                return asked.launchers and asked.launchers[module]
            end)
        answer.decision = not answer.refusal and answer.decision or nil
    end
    answer.request, answer.unused, answer.notes = read.request, read.unused, read.notes
    answer.cpus_per_task = read.cpus_per_task
    return answer
end

return described_job
