-- explanation.lua: the question of `atelier policy explain`, from the options of sbatch to
-- the engine's request.

local explain = require("atelier.explain")
local sbatch = require("atelier.sbatch")

local explanation = {}

-- `asked`: what sbatch.read takes. Returns what explain.lua does, with { request,
-- cpus_per_task, unused }; or nil and a sentence.
function explanation.explain(policy, asked)
    local read, fault = sbatch.read(asked)
    if not read then
        return nil, fault
    end
    local answer = explain(policy, read.request)
    answer.request, answer.unused = read.request, read.unused
    answer.cpus_per_task = read.cpus_per_task
    return answer
end

return explanation
