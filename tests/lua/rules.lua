-- rules.lua: a policy with everything that the rules of a job can be, and its questions.

local rules = {}

local top = os.getenv("top_srcdir") or "."
local file = assert(io.open(top .. "/tests/lua/fixtures/rules-policy.lua", "rb"))
rules.text = file:read("*a")
file:close()

-- The policy with what is added to it; a broken one is an error of the test.
function rules.policy(addition)
    local policy, problems = require("atelier.engine").load(rules.text
        .. (addition or ""), "/etc/atelier/policy.lua")
    if not policy then
        error(table.concat(problems, "\n"))
    end
    return policy
end

-- The request of alice for workspace vision, with what a test changes (false: not given).
function rules.request(changes)
    local asked = { user = "alice", uid = 1001, workspace = "vision" }
    for key, given in pairs(changes or {}) do
        asked[key] = given ~= false and given or nil
    end
    return asked
end

return rules
