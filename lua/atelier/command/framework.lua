-- framework.lua: the verbs of `atelier framework`. Each function returns a command, as
-- command_line/session.lua takes it.

local framework = {}

local COLUMNS = { "name", "title" }
local SETTING_COLUMNS = { "form", "about" }
local TASKS_MAX = 4096

local function ask_list()
    return { { name = "launchers", source = "launchers" } }
end

-- A launcher that is broken is listed with what is wrong with it.
local function answer_list(_policy, _asked, known)
    local rows, data, good = {}, {}, true
    for index, one in ipairs(known.launchers) do
        rows[index] = { one.name, one.fault or one.title or "" }
        data[index] = { name = one.name, title = rows[index][2] }
        good = good and not one.fault
    end
    return { data = data, view = { { columns = COLUMNS, rows = rows } }, good = good }
end

function framework.list()
    return {
        summary = "show the frameworks that have a launcher",
        about = "Shows the frameworks that have a launcher here. The policy may allow a workspace "
            .. "fewer.",
        options = {
            { name = "json", letter = "j", about = "Print JSON" },
            { name = "output", letter = "o", argument = "COLUMNS",
                about = "These columns alone, of name and title" },
        },
        columns = COLUMNS,
        ask = ask_list, answer = answer_list,
    }
end

local function check_show(asked)
    if asked.nodes * asked.tasks_per_node > TASKS_MAX then
        return ("a step of more than %d tasks is not shown"):format(TASKS_MAX)
    end
end

local function ask_show(asked)
    return { { name = "launcher", source = "launcher", framework = asked.framework },
        { name = "layout", source = "layout", framework = asked.framework, all = true,
            nodes = asked.nodes, tasks = asked.nodes * asked.tasks_per_node,
            cpus_per_task = asked.cpus_per_task, gpus = asked.gpus, optional = true } }
end

local function head(launcher)
    local view = { launcher.name .. ": " .. (launcher.title or "") }
    if #launcher.settings > 0 then
        view[#view + 1] = ""
        view[#view + 1] = "Settings, as in --framework=" .. launcher.name .. ":SETTING,...:"
        view[#view + 1] = { columns = SETTING_COLUMNS, rows = launcher.settings, indent = 4 }
    end
    if launcher.example then
        view[#view + 1] = ""
        view[#view + 1] = "For example:"
        view[#view + 1] = "    " .. launcher.example
    end
    return view
end

-- What the launcher refuses is said behind what it is.
local function answer_show(_policy, asked, known)
    local launcher, fault = known.launcher, known.faults.layout
    if launcher.fault then
        return { good = false, faults = { launcher.fault } }
    end
    local view = head(launcher)
    require("atelier.show.task_lines").add(view, known.layout or {})
    return {
        data = { name = launcher.name, title = launcher.title, example = launcher.example,
            settings = launcher.settings, nodes = asked.nodes,
            tasks_per_node = asked.tasks_per_node, tasks = known.layout },
        view = view, good = not fault, faults = { fault },
    }
end

function framework.show()
    return {
        summary = "show what its launcher gives each rank",
        about = "Shows what a framework's launcher is, and what it gives each task of a step that "
            .. "need not exist.",
        options = {
            { name = "nodes", letter = "N", argument = "N", number = { 1, TASKS_MAX },
                about = "Nodes of the step (default: 2)" },
            { name = "tasks-per-node", argument = "N", number = { 1, TASKS_MAX },
                about = "Tasks on each of them (default: 2)" },
            { name = "gpus", argument = "N", number = { 1, 64 },
                about = "GPUs of each node (default: none)" },
            { name = "cpus-per-task", argument = "N", number = { 1, TASKS_MAX },
                about = "As for srun" },
            { name = "json", letter = "j", about = "Print JSON" },
            { name = "output", letter = "o", argument = "COLUMNS",
                about = "These columns of the settings alone, of form and about" },
        },
        columns = SETTING_COLUMNS,
        operands = { { name = "framework", argument = "NAME[:SETTING,...]",
            missing = "say which framework: `atelier framework list` has them",
            excess = "one framework at a time" } },
        defaults = { nodes = 2, tasks_per_node = 2 },
        check = check_show, ask = ask_show, answer = answer_show,
    }
end

return framework
