-- A model of how Slurm spreads the tasks of a step: the layouts that a launcher will see.
--
-- Written from srun's manual, not from Slurm's source: block fills one node after the
-- other, cyclic deals one rank to each node that has room, plane deals blocks of ranks.

local model = {}

local function deal(tasks_per_node, block)
    local places, room, rank = {}, {}, 0
    for node, tasks in ipairs(tasks_per_node) do
        room[node] = tasks
    end
    local dealt
    repeat
        dealt = false
        for node in ipairs(tasks_per_node) do
            for _ = 1, math.min(block(node), room[node]) do
                places[#places + 1] = {
                    rank = rank,
                    node_rank = node - 1,
                    local_rank = tasks_per_node[node] - room[node],
                }
                rank, room[node], dealt = rank + 1, room[node] - 1, true
            end
        end
    until not dealt
    return places
end

function model.block(tasks_per_node)
    return deal(tasks_per_node, function(node) return tasks_per_node[node] end)
end

function model.cyclic(tasks_per_node)
    return deal(tasks_per_node, function() return 1 end)
end

function model.plane(tasks_per_node, size)
    return deal(tasks_per_node, function() return size end)
end

local function total(tasks_per_node)
    local sum = 0
    for _, tasks in ipairs(tasks_per_node) do
        sum = sum + tasks
    end
    return sum
end

-- The layout of the task at `place`, one of those above; `changes` go over it.
function model.layout(tasks_per_node, place, changes)
    local layout = {
        job = 4711, step = 0, nodes = {}, tasks_per_node = tasks_per_node,
        tasks = total(tasks_per_node), rank = place.rank, local_rank = place.local_rank,
        node_rank = place.node_rank, local_tasks = tasks_per_node[place.node_rank + 1],
    }
    for node in ipairs(tasks_per_node) do
        layout.nodes[node] = "node" .. node
    end
    for name, value in pairs(changes or {}) do
        layout[name] = value
    end
    return layout
end

return model
