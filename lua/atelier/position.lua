-- position.lua: which line of a chunk is being executed.
--
-- The debug library would say it, but the node's Lua has none. error(message, level) puts
-- "CHUNK:LINE: " before the message, and pcall gives it back, on every Lua. How many
-- levels pcall itself takes differs between them, so the levels are walked.

local position = {}

local LEVELS = 24 -- of helper functions between us and the chunk

-- The line in the innermost function of the chunk named "=" .. `chunk` that is on the
-- stack; nil when there is none, as after a tail call.
function position.line(chunk)
    local prefix = chunk .. ":"
    for level = 1, LEVELS do
        local _, message = pcall(error, "", level)
        if message:sub(1, #prefix) == prefix then
            return tonumber(message:match("^%d+", #prefix + 1))
        end
    end
    return nil
end

return position
