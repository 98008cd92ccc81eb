-- policy_line.lua: which line of the policy is being executed.
--
-- The debug library would say it, but the node's Lua has none. error(message, level) puts
-- "CHUNK:LINE: " before the message, and pcall gives it back, on every Lua. How many
-- levels pcall itself takes differs between them, so the levels are walked.

local policy_line = {}

local FIRST = 3 -- the levels below are this function's own, on every Lua
local LEVELS = 24 -- of helper functions between us and the chunk

-- Chunks are named by the number of their file, whatever the file is called: Lua cuts
-- long names, and the name is how a line is recognised as one of the policy's.
local PREFIX = "policy#"
local PATTERN = "^policy#(%d+):(%d+): ?"

function policy_line.chunk(index)
    return "=" .. PREFIX .. index
end

-- The number of the file, the line and the rest of an error's message; without number and
-- line when the error comes from elsewhere.
function policy_line.split(message)
    local index, line = message:match(PATTERN)
    if not index then
        return nil, nil, message
    end
    return tonumber(index), tonumber(line), (message:gsub(PATTERN, "", 1))
end

-- The number of the file and the line in the innermost function of a policy that is on
-- the stack; nil when there is none, as after a tail call.
function policy_line.find()
    for level = FIRST, LEVELS do
        local _, message = pcall(error, "", level)
        if message:sub(1, #PREFIX) == PREFIX then
            local index, line = policy_line.split(message)
            return index, line
        end
    end
    return nil
end

return policy_line
