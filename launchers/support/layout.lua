-- Whether a step's layout makes sense.
--
-- A wrong layout gives processes that wait for each other until a time limit; one sentence
-- at the start is cheaper. All of it is Slurm's word, so a contradiction is nearly always
-- a task of another kind than the launcher expects.

local layout = {}

local function whole(value)
    return type(value) == "number" and value >= 0 and value % 1 == 0
end

local function counted(values)
    local total = 0
    for _, count in ipairs(values) do
        if not whole(count) or count < 1 then
            return nil
        end
        total = total + count
    end
    return total
end

local function numbers_are_whole(step)
    for _, name in ipairs({ "job", "step", "tasks", "rank", "local_rank", "node_rank",
                            "local_tasks" }) do
        if not whole(step[name]) then
            return nil, ("Slurm did not say this task's %s; start the program with srun")
                :format((name:gsub("_", " ")))
        end
    end
    return true
end

local function nodes_are_counted(step)
    if type(step.nodes) ~= "table" or #step.nodes == 0 then
        return nil, "Slurm did not say which nodes the step has; start the program with srun"
    end
    if type(step.tasks_per_node) ~= "table" or #step.tasks_per_node ~= #step.nodes then
        return nil, ("Slurm names %d nodes and counts the tasks of %d; "
            .. "start the program with srun"):format(#step.nodes, #(step.tasks_per_node or {}))
    end
    local total = counted(step.tasks_per_node)
    if total ~= step.tasks then
        return nil, ("the step has %d tasks but its nodes add up to %s; "
            .. "start the program with srun"):format(step.tasks, total or "no number")
    end
    return true
end

local function task_has_its_place(step)
    -- The ranks of a heterogeneous job go on from component to component, while nodes
    -- and tasks are those of one component.
    if step.rank >= step.tasks then
        return nil, ("rank %d is outside the step's %d tasks; the components of a "
            .. "heterogeneous job cannot be one framework job"):format(step.rank, step.tasks)
    end
    if step.node_rank >= #step.nodes then
        return nil, ("node %d is outside the step's %d nodes; the components of a "
            .. "heterogeneous job cannot be one framework job"):format(step.node_rank, #step.nodes)
    end
    local here = step.tasks_per_node[step.node_rank + 1]
    if step.local_tasks ~= here or step.local_rank >= here then
        return nil, ("local rank %d of %d does not fit the %d tasks of node %s; "
            .. "start the program with srun")
            :format(step.local_rank, step.local_tasks, here, step.nodes[step.node_rank + 1])
    end
    return true
end

-- True; or nil and the sentence that says what contradicts what.
function layout.check(step)
    for _, right in ipairs({ numbers_are_whole, nodes_are_counted, task_has_its_place }) do
        local good, sentence = right(step)
        if not good then
            return nil, sentence
        end
    end
    return true
end

return layout
