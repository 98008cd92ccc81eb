-- task_lines.lua: what a launcher gives each task, for people.

local name = require("atelier.base.name")

local task_lines = {}

-- Adds lines to `view` for `list`, { rank, node, variables } of each task.
function task_lines.add(view, list)
    for _, task in ipairs(list) do
        view[#view + 1] = ""
        view[#view + 1] = ("Task %d, on %s:"):format(task.rank, task.node)
        for _, key in ipairs(name.sorted_keys(task.variables)) do
            view[#view + 1] = ("  %s=%s"):format(key, task.variables[key])
        end
    end
end

return task_lines
