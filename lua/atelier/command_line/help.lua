-- help.lua: what --help and --usage say of a command, from what it declares; in the form of
-- argp(3), which the commands in C have.

local name = require("atelier.name")
local nouns = require("atelier.command_line.nouns")
local options = require("atelier.command_line.options")

local help = {}

local ABOUT_COLUMN = 29
local WIDTH = 79

-- Lines of words, the first of which begins behind `lead`.
local function wrapped(lead, text, indent)
    local lines, line, is_empty = {}, lead, true
    for word in text:gmatch("%S+") do
        if not is_empty and #line + 1 + #word > WIDTH then
            lines[#lines + 1] = line
            line, is_empty = (" "):rep(indent), true
        end
        line = line .. (is_empty and "" or " ") .. word
        is_empty = false
    end
    lines[#lines + 1] = line
    return table.concat(lines, "\n")
end

local function form_of(option)
    local argument = option.argument
    local text = argument and (option.optional and "[=" .. argument .. "]" or "=" .. argument)
    return (option.letter and "  -" .. option.letter .. ", " or "      ") .. "--" .. option.name
        .. (text or "")
end

local function row_of(option)
    local form = form_of(option)
    if #form + 1 >= ABOUT_COLUMN then
        form = form .. "\n" .. (" "):rep(ABOUT_COLUMN)
        return wrapped((" "):rep(ABOUT_COLUMN), option.about, ABOUT_COLUMN):gsub("^ *", form)
    end
    return (wrapped(form .. (" "):rep(ABOUT_COLUMN - #form), option.about, ABOUT_COLUMN))
end

local function by_letter(left, right)
    local one, other = left.letter or left.name, right.letter or right.name
    if one:lower() ~= other:lower() then
        return one:lower() < other:lower()
    end
    return one < other
end

local function rows_of(list)
    local shown, rows = {}, {}
    for _, option in ipairs(list) do
        shown[#shown + 1] = not option.hidden and option or nil
    end
    table.sort(shown, by_letter)
    for index, option in ipairs(shown) do
        rows[index] = row_of(option)
    end
    return table.concat(rows, "\n")
end

-- "[FILE]", as in the first line of --help.
function help.operands(command)
    local words = {}
    for index, operand in ipairs(command.operands or {}) do
        words[index] = operand.argument
    end
    return table.concat(words, " ")
end

local function common_of(command)
    local all, common = options.all(command), {}
    for _, option in ipairs(options.common) do
        for _, one in ipairs(all) do
            common[#common + 1] = one == option and option or nil
        end
    end
    return common
end

local ARGUMENTS = "Mandatory or optional arguments to long options are also mandatory or optional "
    .. "for any corresponding short options."

function help.text(name, command)
    local operands = help.operands(command)
    local parts = { wrapped("", ("Usage: %s [OPTION...] %s"):format(name, operands), 12) .. "\n"
        .. wrapped("", command.about, 0) }
    if command.more_options then
        parts[#parts + 1] = rows_of(command.options)
        parts[#parts + 1] = wrapped(" ", command.more_about, 1) .. "\n"
            .. rows_of(command.more_options)
        parts[#parts + 1] = rows_of(common_of(command))
    else
        parts[#parts + 1] = rows_of(command.options or {}) .. (command.options and "\n" or "")
            .. rows_of(common_of(command))
    end
    parts[#parts + 1] = wrapped("", ARGUMENTS, 0)
    return table.concat(parts, "\n\n") .. "\n"
end

function help.usage(name, command)
    local letters, words = {}, {}
    for _, option in ipairs(options.all(command)) do
        if option.letter and not option.argument and not option.hidden then
            letters[#letters + 1] = option.letter
        end
        if not option.hidden then
            words[#words + 1] = "[" .. form_of(option):match("%-%-.*") .. "]"
        end
    end
    table.sort(letters)
    return wrapped("", ("Usage: %s [-%s] %s %s"):format(name, table.concat(letters),
        table.concat(words, " "), help.operands(command)), 12) .. "\n"
end

-- { noun, verb, operands, summary } of every command, in their order.
function help.commands()
    local list = {}
    for _, entry in ipairs(nouns) do
        local verbs = entry.module and require(entry.module) or { [entry.verb or ""] = entry }
        for _, verb in ipairs(name.sorted_keys(verbs)) do
            local command = verbs[verb]
            list[#list + 1] = { noun = entry.noun, verb = verb, summary = command.summary,
                operands = command.short or type(command.operands) == "string" and command.operands
                    or help.operands(command) }
        end
    end
    return list
end

-- What stands at the end of `atelier --help`.
function help.list()
    local lines = { "Commands:" }
    for _, one in ipairs(help.commands()) do
        local usage = one.noun .. (one.verb ~= "" and " " or "") .. one.verb .. " " .. one.operands
        lines[#lines + 1] = ("  %-34s %s"):format(usage, one.summary)
    end
    return table.concat(lines, "\n") .. "\n"
end

return help
