-- framework_list.lua: `atelier framework list`: the launchers that are here.

local command = {
    summary = "show the frameworks that have a launcher",
    about = "Shows the frameworks that have a launcher here. The policy may allow a workspace "
        .. "fewer.",
    options = { { name = "json", letter = "j", about = "Print JSON" },
        { name = "output", letter = "o", argument = "COLUMNS", about = "These columns alone, of "
            .. "name and title" } },
    columns = { "name", "title" },
}

function command.ask()
    return { { name = "launchers", source = "launchers" } }
end

-- A launcher that is broken is listed with what is wrong with it.
function command.answer(_policy, _asked, known)
    local rows, data, good = {}, {}, true
    for index, one in ipairs(known.launchers) do
        rows[index] = { one.name, one.fault or one.title or "" }
        data[index] = { name = one.name, title = rows[index][2] }
        good = good and not one.fault
    end
    return { data = data, view = { { columns = command.columns, rows = rows } }, good = good }
end

return command
