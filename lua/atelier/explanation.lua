-- explanation.lua: the question of `atelier policy explain`, from the words of a command
-- line to the engine's request.

local duration = require("atelier.duration")
local explain = require("atelier.explain")
local name = require("atelier.name")

local explanation = {}

-- `asked`: a request whose `time` may be a text as for sbatch --time. Returns what
-- explain.lua does; or nil and a sentence.
function explanation.explain(policy, asked)
    if asked.time ~= nil then
        asked.time_limit = duration.minutes(asked.time)
        if asked.time_limit == nil then
            return nil, "--time=" .. name.quote(asked.time) .. " is no wall time: "
                .. duration.RULE
        end
        asked.time = nil
    end
    local answer = explain(policy, asked)
    answer.request = asked
    return answer
end

return explanation
