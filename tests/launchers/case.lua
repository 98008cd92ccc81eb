-- What the tests of the launchers share: every layout that Slurm deals, and what each task
-- of it gets.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/launchers/?.lua;" .. top .. "/tests/launchers/?.lua;"
    .. top .. "/tests/lua/?.lua"

local model = require "model"

local case = {}

function case.launcher(name)
    return dofile(top .. "/launchers/" .. name .. ".lua")
end

local COUNTS = {
    { 1 }, { 4 }, { 1, 1, 1 }, { 2, 2 }, { 3, 1, 2 }, { 1, 5 }, { 4, 4, 4, 1 },
}

local DISTRIBUTIONS = {
    { name = "block", places = model.block },
    { name = "cyclic", places = model.cyclic },
    { name = "plane of 2", places = function(tasks) return model.plane(tasks, 2) end },
    -- A host file may deal in any order: from the last task to the first.
    { name = "arbitrary", places = function(tasks)
        local places = model.block(tasks)
        for index, place in ipairs(places) do
            place.rank = #places - index
        end
        return places
    end },
}

-- Calls visit(title, tasks_per_node, places) for each.
function case.each_layout(visit)
    for _, distribution in ipairs(DISTRIBUTIONS) do
        for _, tasks_per_node in ipairs(COUNTS) do
            visit(distribution.name .. " of " .. table.concat(tasks_per_node, ","),
                tasks_per_node, distribution.places(tasks_per_node))
        end
    end
end

-- { { place, layout, set, defaults } } of every task; or nil and the first sentence.
function case.run(launcher, tasks_per_node, places, changes)
    local tasks = {}
    for _, place in ipairs(places) do
        local layout = model.layout(tasks_per_node, place, changes)
        local set, defaults = launcher.environment(layout)
        if not set then
            return nil, defaults
        end
        tasks[#tasks + 1] = { place = place, layout = layout, set = set,
            defaults = defaults }
    end
    return tasks
end

-- "A=1 B=2", sorted by name.
function case.text(variables)
    local words = {}
    for name, value in pairs(variables) do
        words[#words + 1] = name .. "=" .. value
    end
    table.sort(words)
    return table.concat(words, " ")
end

return case
