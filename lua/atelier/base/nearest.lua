-- nearest.lua: the known name that a mistyped one was probably meant to be.

local name = require("atelier.base.name")

local nearest = {}

local LENGTH_MAX = 64 -- bytes that are compared: the work is quadratic in the length

-- The edits between two words: one for each letter inserted, left out, changed, or
-- swapped with its neighbour.
local function distance(left, right)
    local before, last = nil, {}
    for column = 0, #right do
        last[column] = column
    end
    for row = 1, #left do
        local current = { [0] = row }
        for column = 1, #right do
            local same = left:byte(row) == right:byte(column)
            local edits = math.min(last[column] + 1, current[column - 1] + 1,
                last[column - 1] + (same and 0 or 1))
            if before and column > 1 and left:byte(row) == right:byte(column - 1)
                and left:byte(row - 1) == right:byte(column) then
                edits = math.min(edits, before[column - 2] + 1)
            end
            current[column] = edits
        end
        before, last = last, current
    end
    return last[#right]
end

-- The word of the list `known` that is nearest to `word`, or nil when all are too far:
-- more than a third of the letters differ.
function nearest.find(word, known)
    word = tostring(word):sub(1, LENGTH_MAX)
    local best, best_distance = nil, math.max(1, math.floor(#word / 3)) + 1
    for _, candidate in ipairs(known) do
        local edits = distance(word, candidate:sub(1, LENGTH_MAX))
        if edits < best_distance then
            best, best_distance = candidate, edits
        end
    end
    return best
end

-- The advice that follows a colon: "did you mean `partition`?", or the known words when
-- none is near; nil when there are none.
function nearest.advice(word, known)
    local best = nearest.find(word, known)
    if best then
        return "did you mean `" .. best .. "`?"
    end
    return #known > 0 and "choose " .. name.choices(known) or nil
end

return nearest
