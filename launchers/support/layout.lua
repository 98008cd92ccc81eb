-- Whether a step's layout makes sense.
--
-- A wrong layout gives processes that wait for each other until a time limit; one
-- sentence at the start is cheaper. All of it is Slurm's word, so a contradiction is
-- nearly always a task of another kind than the launcher expects.

local layout = {}

local function refused(format, ...)
    return nil, format:format(...)
end

local function whole(value)
    return type(value) == "number" and value >= 0 and value % 1 == 0
end

local function total(counts)
    local sum = 0
    for node = 1, #counts do -- ten thousand of them: no calls
        local count = counts[node]
        if type(count) ~= "number" or count < 1 or count % 1 ~= 0 then
            return nil
        end
        sum = sum + count
    end
    return sum
end

local function numbers_are_whole(step)
    for _, name in ipairs({ "job", "step", "tasks", "rank", "local_rank", "node_rank",
                            "local_tasks" }) do
        if not whole(step[name]) then
            return refused("Slurm did not say this task's %s; "
                .. "start the program with srun", (name:gsub("_", " ")))
        end
    end
    return true
end

local function nodes_are_counted(step)
    local nodes, counts = step.nodes or {}, step.tasks_per_node or {}
    if #nodes == 0 then
        return refused("Slurm did not say which nodes the step has; "
            .. "start the program with srun")
    end
    if #counts ~= #nodes then
        return refused("Slurm names %d nodes of the step but counts the tasks of %d; "
            .. "start the program with srun", #nodes, #counts)
    end
    local sum = total(counts)
    if sum ~= step.tasks then
        return refused("the step has %d tasks but those of its nodes add up to %s; "
            .. "start the program with srun", step.tasks, sum or "no number")
    end
    return true
end

-- The ranks of a heterogeneous job go on from component to component, while the nodes and
-- tasks are those of one component.
local function task_is_of_this_step(step)
    if step.rank >= step.tasks then
        return refused("rank %d is outside the step's %d tasks; the components of a "
            .. "heterogeneous job cannot be one framework job", step.rank, step.tasks)
    end
    if step.node_rank >= #step.nodes then
        return refused("node %d is outside the step's %d nodes; the components of a "
            .. "heterogeneous job cannot be one framework job",
            step.node_rank, #step.nodes)
    end
    return true
end

local function task_fits_its_node(step)
    local node = step.node_rank + 1
    local tasks = step.tasks_per_node[node]
    if step.local_tasks ~= tasks or step.local_rank >= tasks then
        return refused("local rank %d of %d does not fit the %d tasks of node %s; "
            .. "start the program with srun", step.local_rank, step.local_tasks, tasks,
            step.nodes[node])
    end
    return true
end

-- Slurm's order of nodes is what all addresses are made of. For the components of a
-- heterogeneous step it counts the nodes as they are named, and lists them sorted.
local function node_is_where_it_says(step)
    local listed = step.nodes[step.node_rank + 1]
    if step.node and step.node ~= listed then
        return refused("Slurm lists %s as node %d of the step, but that is %s; "
            .. "name the components of a heterogeneous job in the order of their nodes",
            listed, step.node_rank, step.node)
    end
    return true
end

-- True; or nil and the sentence that says what contradicts what.
function layout.check(step)
    for _, holds in ipairs({ numbers_are_whole, nodes_are_counted, task_is_of_this_step,
                             node_is_where_it_says, task_fits_its_node }) do
        local good, sentence = holds(step)
        if not good then
            return nil, sentence
        end
    end
    return true
end

return layout
