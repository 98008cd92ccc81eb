-- What the user has set himself, in `layout.given`, beside what the layout says.
--
-- Ranks that are not the layout's are those of a world that the user spreads over several
-- steps, or hands on to a launcher inside of this one: they stay, and nothing is set beside
-- them. Where they can only be a mistake, which would end in a hang, one sentence names
-- both.

local number = require "support.number"

local own = {}

-- As it may stand in a sentence.
local function shown(text)
    return (text:sub(1, 60):gsub("%c", "?"))
end

local function several_on_a_node(layout)
    for _, tasks in ipairs(layout.tasks_per_node) do
        if tasks > 1 then
            return true
        end
    end
    return false
end

local function nodes_differ(layout)
    for _, tasks in ipairs(layout.tasks_per_node) do
        if tasks ~= layout.tasks_per_node[1] then
            return true
        end
    end
    return false
end

-- For each kind of a variable that says which process of which world a task is: whether the
-- tasks of a step have different ones. The user's is the same for all of them.
local differs = {
    rank = function(layout) return layout.tasks > 1 end,
    size = function() return false end,
    local_rank = several_on_a_node,
    local_size = nodes_differ,
    node_rank = function(layout) return #layout.nodes > 1 end,
}

-- The names of `variables` that are of the world and that the user has set, sorted.
local function of_world(layout, variables)
    local names = {}
    for name, kind in pairs(variables) do
        if differs[kind] and (layout.given or {})[name] then
            names[#names + 1] = name
        end
    end
    table.sort(names)
    return names
end

local function tasks_of(layout)
    return layout.tasks == 1 and "1 task" or number(layout.tasks) .. " tasks"
end

-- The user's value of the name, and why it cannot be the tasks' own; or nothing.
local function contradiction(layout, kind, name, value)
    local given = layout.given[name]
    if differs[kind](layout) then
        return ("%s=%s is set for all %s of the step, and is not the same for each: "
            .. "unset %s, or start every rank by a step of one task"):format(name,
            shown(given), tasks_of(layout), name)
    elseif tonumber(given) ~= tonumber(value) then
        return ("%s=%s is set, and the step's %s make it %s: unset %s, or start as many "
            .. "tasks as it means")
            :format(name, shown(given), tasks_of(layout), value, name)
    end
end

-- Whether the ranks are the layout's, those of `set`; false where they are the user's; or
-- nil and a sentence. `variables` are the launcher's.
function own.ranks_are_layouts(layout, variables, set)
    local sentence, has_rank
    for _, name in ipairs(of_world(layout, variables)) do
        has_rank = has_rank or variables[name] == "rank"
        sentence = sentence or contradiction(layout, variables[name], name, set[name])
    end
    if not sentence then
        return true
    end
    local alone = not several_on_a_node(layout) and not has_rank
    if layout.tasks == 1 or alone then
        return false
    end
    return nil, sentence
end

local function is_loopback(host)
    return host == "localhost" or host == "::1" or host:find("^127%.") ~= nil
end

-- Whether it is a name and no number, and so can be compared with those of nodes.
local function is_name(host)
    return not host:find(":", 1, true) and not host:find("^[%d.]+$")
end

local function is_node(host, node)
    return host:lower() == node:lower() or host:match("^[^.]*"):lower() == node:lower()
end

local function another_node(layout, host, first)
    for _, node in ipairs(layout.nodes) do
        if node ~= first and is_node(host, node) then
            return true
        end
    end
    return #layout.nodes > 1 and is_loopback(host)
end

-- Whether the user's `host` leads a step of one task elsewhere: it is of several then.
function own.meets_elsewhere(layout, host)
    return layout.tasks == 1 and host and is_name(host) and not is_loopback(host)
        and not is_node(host, layout.nodes[1])
end

-- True where the processes can meet at `host`, which the user has set as `name`; or nil and
-- a sentence. Rank 0 is on `first`.
function own.check_host(layout, name, host, first)
    if not another_node(layout, host, first) then
        return true
    end
    return nil, ("%s=%s is set, and rank 0 of the step's %s is on %s: unset %s, or let it "
        .. "name %s"):format(name, shown(layout.given[name]), tasks_of(layout), first, name,
        first)
end

-- The user's port as a number; or nil and a sentence.
function own.port(layout, name)
    local text = layout.given[name]
    local port = text:find("^%d+$") and #text <= 5 and tonumber(text)
    if port and port >= 1 and port <= 65535 then
        return port
    end
    return nil, ("%s=%s is set, and is no port of 1 to 65535: unset %s, or correct it")
        :format(name, shown(text), name)
end

return own
