-- described_job.lua: the question of `atelier policy explain`, from the options of sbatch to
-- the engine's request.

local explain = require("atelier.decide.explanation")
local room = require("atelier.decide.framework_room")
local sbatch = require("atelier.sbatch.sbatch_request")

local explanation = {}

-- `asked`: what sbatch.read takes, and launchers, { module = its text }. Returns what explanation.lua does, with { request,
-- cpus_per_task, unused, notes }; or nil and a sentence.
function explanation.explain(policy, asked)
    local read, fault = sbatch.read(asked)
    if not read then
        return nil, fault
    end
    local answer = explain(policy, read.request)
    if answer.decision and answer.decision.workspace then
        answer.refusal = room.refuses(policy, read.request, answer.decision,
            function(module)
                return asked.launchers and asked.launchers[module]
            end)
        answer.decision = not answer.refusal and answer.decision or nil
    end
    answer.request, answer.unused, answer.notes = read.request, read.unused, read.notes
    answer.cpus_per_task = read.cpus_per_task
    return answer
end

return explanation
