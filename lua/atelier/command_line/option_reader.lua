-- option_reader.lua: the words of a command line, read by what a command declares; as
-- getopt_long(3) reads them, with which Slurm's own commands agree: "--name=value",
-- "--name value", "-nvalue", letters that take none in one word, unique abbreviations, and
-- "--" before what is no option.
--
-- An option is { name, letter, argument (its word in --help), about } and may have
--     number = { least, most }   a whole number
--     choose = { word, ... }     one of these
--     list = true                may be repeated
--     optional = true            its argument, only as "--name=value"
--     hidden = true              not in --help
--     take = function(asked, option, text)      keeps it, in place of asked[name]
-- An operand is { name, argument, choose, list, missing (the sentence when it is left out),
-- excess (the sentence's begin when there is one more) }.

local copy = require("atelier.base.copy")
local nearest = require("atelier.base.nearest")

local option_reader = {}

option_reader.common = {
    { name = "help", letter = "?", about = "Give this help list" },
    { name = "usage", about = "Give a short usage message" },
    { name = "version", letter = "V", about = "Print program version" },
}

-- "tasks-per-node" is asked.tasks_per_node.
function option_reader.key(option)
    return (option.name:gsub("-", "_"))
end

-- All that a command takes: its own come first, and take the place of common ones.
function option_reader.all(command)
    local all, held = {}, {}
    local common = not command.bare and option_reader.common or {}
    for _, list in ipairs({ command.options or {}, command.more_options or {}, common }) do
        for _, option in ipairs(list) do
            all[#all + 1] = not held[option.name] and option or nil
            held[option.name] = true
        end
    end
    return all
end

local function number_of(text, least, most)
    local number = text:find("^%d+$") and #text <= 9 and tonumber(text)
    return number and number >= least and number <= most and number or nil
end

-- The value, or nil and a sentence.
local function value_of(option, text)
    if option.number then
        local least, most = option.number[1], option.number[2]
        local number = number_of(text, least, most)
        return number, ("--%s=%s: a number from %d to %d is wanted"):format(option.name, text,
            least, most)
    elseif option.choose then
        for _, word in ipairs(option.choose) do
            if word == text then
                return text
            end
        end
        return nil, ("--%s=%s: %s"):format(option.name, text, nearest.advice(text, option.choose))
    end
    return text
end

local reader = {}
reader.__index = reader

-- Keeps an option with its argument, if it has one; whether all is well.
function reader:keep(option, text)
    local value, fault = true, nil
    if option.argument and text then
        value, fault = value_of(option, text)
    end
    if value == nil then
        self.fault = fault
        return false
    elseif option.take then
        option.take(self.asked, option, text)
    elseif option.list then
        local list = self.asked[option_reader.key(option)] or {}
        list[#list + 1] = value
        self.asked[option_reader.key(option)] = list
    else
        self.asked[option_reader.key(option)] = value
    end
    return true
end

-- The word after this one; nil at the end.
function reader:following()
    self.next = self.next + 1
    return self.words[self.next - 1]
end

-- Returns the options whose name begins with `name`; one whose name it is stands alone.
function reader:matches(name)
    local found = {}
    for _, option in ipairs(self.all) do
        if option.name == name then
            return { option }
        elseif option.name:sub(1, #name) == name then
            found[#found + 1] = option
        end
    end
    return found
end

local function names_of(all)
    local names = {}
    for index, option in ipairs(all) do
        names[index] = "--" .. option.name
    end
    return names
end

function reader:refuse(...)
    self.fault = (...):format(select(2, ...))
    return false
end

function reader:unknown(word)
    local near = nearest.find(word:match("^[^=]*"), names_of(self.all))
    return self:refuse("unrecognized option '%s'%s", word,
        near and ": did you mean `" .. near .. "`?" or "")
end

function reader:long(word)
    local name, text = word:match("^%-%-([^=]*)=(.*)$")
    local found = self:matches(name or word:sub(3))
    local option = found[1]
    if not option then
        return self:unknown(word)
    elseif #found > 1 then
        return self:refuse("option '%s' is ambiguous; possibilities: '%s'", word,
            table.concat(names_of(found), "' '"))
    elseif text and not option.argument then
        return self:refuse("option '--%s' doesn't allow an argument", option.name)
    elseif option.argument and not option.optional and not text then
        text = self:following()
        if not text then
            return self:refuse("option '--%s' requires an argument", option.name)
        end
    end
    return self:keep(option, text)
end

function reader:with_letter(letter)
    for _, option in ipairs(self.all) do
        if option.letter == letter then
            return option
        end
    end
end

-- Reads a word of letters, of which the last may have an argument.
function reader:short(word)
    for place = 2, #word do
        local letter = word:sub(place, place)
        local option = self:with_letter(letter)
        if not option then
            return self:refuse("invalid option -- '%s'", letter)
        elseif option.argument then
            local text = place < #word and word:sub(place + 1) or nil
            if not text and not option.optional then
                text = self:following()
                if not text then
                    return self:refuse("option requires an argument -- '%s'", letter)
                end
            end
            return self:keep(option, text)
        elseif not self:keep(option) then
            return false
        end
    end
    return true
end

function reader:is_answered()
    return self.asked.help or self.asked.usage or self.asked.version == true
end

-- Reads all words; those that are no options become self.operands.
function reader:read_words()
    local is_over = false
    while self.next <= #self.words do
        local word = self:following()
        if is_over or word == "-" or word:sub(1, 1) ~= "-" then
            self.operands[#self.operands + 1] = word
            is_over = is_over or self.in_order
        elseif word == "--" then
            is_over = true
        elseif word:sub(1, 2) == "--" then
            if not self:long(word) then
                return false
            end
        elseif not self:short(word) then
            return false
        end
        if self:is_answered() then
            return true
        end
    end
    return true
end

local function operand_fault(operand, word)
    for _, known in ipairs(operand.choose or {}) do
        if known == word then
            return nil
        end
    end
    return operand.choose and (operand.unknown or "`%s` is not known here: %s"):format(word,
        nearest.advice(word, operand.choose))
end

-- Gives the words to the declared operands; returns a sentence, or nil.
function reader:read_operands(declared)
    local index = 1
    for place, word in ipairs(self.operands) do
        local operand = declared[index]
        if not operand then
            local last = declared[#declared]
            return ("%s: `%s` is too much"):format(last and last.excess or "it takes no names",
                word)
        end
        local fault = operand_fault(operand, word)
        if fault then
            return fault
        elseif operand.list then
            self.asked[operand.name] = copy.tail(self.operands, place)
            return nil
        end
        self.asked[operand.name] = word
        index = index + 1
    end
    return declared[index] and declared[index].missing
end

-- Reads `words` for a command. Returns what is asked for, { json = true, nodes = 3 }; or nil
-- and a sentence.
function option_reader.read(command, words)
    local self = setmetatable({ all = option_reader.all(command), words = words, next = 1,
        asked = {}, operands = {}, in_order = command.in_order }, reader)
    for key, value in pairs(command.defaults or {}) do
        self.asked[key] = value
    end
    if not self:read_words() then
        return nil, self.fault
    elseif self:is_answered() then
        return self.asked
    end
    local fault = self:read_operands(command.operands or {})
    if fault then
        return nil, fault
    end
    fault = command.check and command.check(self.asked)
    if fault then
        return nil, fault
    end
    return self.asked
end

return option_reader
