-- set.lua: sets, as { item = true }.

local set = {}

function set.of(list)
    local made = {}
    for _, item in ipairs(list) do
        made[item] = true
    end
    return made
end

-- Whether a list holds the item; quicker than a set that is asked once.
function set.has(list, wanted)
    for _, item in ipairs(list) do
        if item == wanted then
            return true
        end
    end
    return false
end

-- Whether any item of the list is in the set.
function set.holds_any(items, list)
    for _, item in ipairs(list) do
        if items[item] then
            return true
        end
    end
    return false
end

return set
