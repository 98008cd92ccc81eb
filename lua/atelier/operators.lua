-- operators.lua: `operators { "olga" }`: who may change any job, whatever the policy says.

local collection = require("atelier.collection")

local operators = {}

-- The function of the policy file, and the set of names that it fills.
function operators.new(source, problems)
    local names = {}
    return function(given)
        local fault, advice = collection.members(given)
        if fault then
            problems:add(source:place(), "operators " .. fault, advice)
            return
        end
        for _, user in ipairs(given) do
            names[user] = true
        end
    end, names
end

return operators
