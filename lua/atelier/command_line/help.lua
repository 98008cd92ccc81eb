-- help.lua: what --help and --usage say of a command, from what it declares; in the form of
-- argp(3), which the commands in C have.

local nouns = require("atelier.command_line.nouns")
local option_reader = require("atelier.command_line.option_reader")

local help = {}

local ABOUT_COLUMN = 29
local WIDTH = 79

local HELD = "\1" -- a blank where no line ends

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
    return (table.concat(lines, "\n"):gsub(HELD, " "))
end

local function form_of(option)
    local argument = option.argument
    local text = argument and (option.optional and "[=" .. argument .. "]" or "=" .. argument)
    return (option.letter and "  -" .. option.letter .. ", " or "      ") .. "--" .. option.name
        .. (text or "")
end

local function row_of(option)
    local form = form_of(option)
    local gap = (" "):rep(ABOUT_COLUMN)
    if #form >= ABOUT_COLUMN + 3 then
        return form .. "\n" .. wrapped(gap, option.about, ABOUT_COLUMN)
    elseif #form >= ABOUT_COLUMN then
        return (wrapped(form .. "   ", option.about, ABOUT_COLUMN))
    end
    return (wrapped(form .. gap:sub(#form + 1), option.about, ABOUT_COLUMN))
end

-- Options come in the order of their first letters, whatever the case; of one letter those
-- without a short form come first.
local function comes_before(left, right)
    local one, other = left.letter or left.name:sub(1, 1), right.letter or right.name:sub(1, 1)
    if one:lower() ~= other:lower() then
        return one:lower() < other:lower()
    elseif left.letter and right.letter then
        return one > other
    elseif left.letter or right.letter then
        return right.letter ~= nil
    end
    return left.name < right.name
end

local function sorted(list)
    local shown = {}
    for _, option in ipairs(list or {}) do
        shown[#shown + 1] = not option.hidden and option or nil
    end
    table.sort(shown, comes_before)
    return shown
end

local function rows_of(list)
    local rows = {}
    for index, option in ipairs(sorted(list)) do
        rows[index] = row_of(option)
    end
    return table.concat(rows, "\n")
end

-- Returns the operands as the first line of --help shows them, such as "[FILE]".
function help.operands(command)
    local words = {}
    for index, operand in ipairs(command.operands or {}) do
        words[index] = operand.argument:gsub(" ", HELD)
    end
    return table.concat(words, " ")
end

local function common_of(command)
    local all, common = option_reader.all(command), {}
    for _, option in ipairs(option_reader.common) do
        for _, one in ipairs(all) do
            common[#common + 1] = one == option and option or nil
        end
    end
    return common
end

local ARGUMENTS = "Mandatory or optional arguments to long options are also mandatory or optional "
    .. "for any corresponding short options."

local function has_arguments(command)
    for _, option in ipairs(option_reader.all(command)) do
        if option.argument and not option.hidden then
            return true
        end
    end
    return false
end

-- What --help prints of the command that is called `full`.
function help.text(full, command)
    local operands = help.operands(command)
    local parts = { wrapped("", ("Usage: %s [OPTION...] %s"):format(full, operands), 12) .. "\n"
        .. wrapped("", command.about, 0) }
    if command.more_options then
        parts[#parts + 1] = wrapped(" ", command.more_about, 1) .. "\n"
            .. rows_of(command.more_options)
        parts[#parts + 1] = rows_of(command.options)
        parts[#parts + 1] = rows_of(common_of(command))
    else
        parts[#parts + 1] = rows_of(command.options or {}) .. (command.options and "\n" or "")
            .. rows_of(common_of(command))
    end
    parts[#parts + 1] = has_arguments(command) and wrapped("", ARGUMENTS, 0) or nil
    return table.concat(parts, "\n\n") .. "\n"
end

function help.usage(full, command)
    local letters, short, long = {}, {}, {}
    for _, list in ipairs({ command.more_options or {}, command.options or {},
        common_of(command) }) do
        for _, option in ipairs(sorted(list)) do
            if option.letter and option.argument then
                short[#short + 1] = ("[-%s" .. HELD .. "%s]"):format(option.letter, option.argument)
            end
            letters[#letters + 1] = not option.argument and option.letter or nil
            long[#long + 1] = "[" .. form_of(option):match("%-%-.*") .. "]"
        end
    end
    return wrapped("", ("Usage: %s [-%s] %s %s %s"):format(full, table.concat(letters),
        table.concat(short, " "), table.concat(long, " "), help.operands(command)), 12) .. "\n"
end

-- The line that follows the sentence about a mistake.
function help.advice(full)
    return wrapped("", ("Try `%s --help' or `%s --usage' for more information."):format(full,
        full), 0) .. "\n"
end

-- { noun, verb, operands, summary } of every command, in their order.
function help.commands()
    local list = {}
    for _, listed in ipairs(nouns.ALL) do
        local entry = nouns.entry(listed.noun)
        for _, verb in ipairs(entry.verbs or { "" }) do
            local command = nouns.command(entry, verb) or entry
            list[#list + 1] = { noun = entry.noun, verb = verb, summary = command.summary,
                operands = command.short or type(command.operands) == "string" and command.operands
                    or help.operands(command):gsub(HELD, " ") }
        end
    end
    return list
end

-- What stands at the end of `atelier --help`; or of one noun alone.
function help.list(noun)
    local lines = { "Commands:" }
    for _, one in ipairs(help.commands()) do
        local usage = one.noun .. (one.verb ~= "" and " " or "") .. one.verb .. " " .. one.operands
        lines[#lines + 1] = (not noun or one.noun == noun)
            and ("  %-34s %s"):format(usage, one.summary) or nil
    end
    return table.concat(lines, "\n") .. "\n"
end

return help
