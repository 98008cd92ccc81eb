-- copy.lua: copies of tables, of which a change does not reach the original.

local copy = {}

-- What `wide` has, and what `narrow` has in its place.
function copy.merged(wide, narrow)
    local both = {}
    for key, one in pairs(wide) do
        both[key] = one
    end
    for key, one in pairs(narrow) do
        both[key] = one
    end
    return both
end

-- The table's own keys alone: tables that it holds are shared.
function copy.of(given)
    return copy.merged(given, {})
end

-- The list from the entry `first` on.
function copy.tail(list, first)
    local rest = {}
    for place = first, #list do
        rest[#rest + 1] = list[place]
    end
    return rest
end

return copy
