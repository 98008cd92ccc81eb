-- completion.lua: what may stand in the place of a command line's last word.

local nouns = require("atelier.command_line.nouns")
local option_reader = require("atelier.command_line.option_reader")

local completion = {}

local function begins(text, part)
    return text:sub(1, #part) == part
end

local function noun_words()
    local words = {}
    for index, entry in ipairs(nouns.ALL) do
        words[index] = entry.noun
    end
    return words
end

local function option_words(command)
    local words = {}
    for _, option in ipairs(option_reader.all(command)) do
        local takes = option.argument and not option.optional
        words[#words + 1] = "--" .. option.name .. (takes and "=" or "")
    end
    return words
end

-- The words "--kind=VALUE" of an option that takes one of a few values.
local function value_words(command, word)
    local name = word:match("^%-%-([^=]+)=")
    local words = {}
    for _, option in ipairs(option_reader.all(command)) do
        for _, value in ipairs(option.name == name and option.choose or {}) do
            words[#words + 1] = "--" .. name .. "=" .. value
        end
    end
    return words
end

-- Whether `word` is an option whose argument is the next word.
local function takes_next(command, word)
    for _, option in ipairs(option_reader.all(command)) do
        if word == "--" .. option.name or option.letter and word == "-" .. option.letter then
            return option.argument and not option.optional
        end
    end
    return false
end

-- Which operand the last word is: options and their arguments count for none. The command's words
-- begin at `first`.
local function operand_words(command, words, first)
    local place = 0
    for index = first, #words do
        local is_argument = index > first and takes_next(command, words[index - 1])
        if is_argument and index == #words then
            return {}
        end
        place = place + (words[index]:sub(1, 1) ~= "-" and not is_argument and 1 or 0)
    end
    local operand = command.operands and command.operands[place]
    return operand and operand.choose or {}
end

local function candidates(words)
    local entry, last = nouns.entry(words[1]), words[#words]
    if #words == 1 then
        return noun_words()
    elseif not entry then
        return {}
    elseif #words == 2 and not entry.is_command then
        return entry.verbs or {}
    end
    local command = nouns.command(entry, words[2])
    if not command then
        return {}
    end
    if last:find("=", 1, true) then
        return value_words(command, last)
    end
    return last:sub(1, 1) == "-" and option_words(command)
        or operand_words(command, words, entry.is_command and 2 or 3)
end

-- `words`: those behind `atelier`, the last as far as it is typed. Returns the words that it
-- may become, a line each.
function completion.text(words)
    local fitting = {}
    for _, word in ipairs(candidates(words)) do
        fitting[#fitting + 1] = begins(word, words[#words]) and word or nil
    end
    table.sort(fitting)
    return #fitting > 0 and table.concat(fitting, "\n") .. "\n" or ""
end

return completion
