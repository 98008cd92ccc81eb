-- batch_script.lua: the lines of a batch script that sbatch reads options from.

local option_reader = require("atelier.command_line.option_reader")

local batch_script = {}

local WORDS_MAX = 256 -- on one line

-- Cuts the next word out of `text` from `place` on, as sbatch does: quotes keep blanks, a
-- backslash keeps what follows, and # begins a comment. Returns it and where to go on; nil
-- at the end; nil and a fault where a quote is not closed.
local function next_word(text, place)
    local from = text:find("[^ \t\r\v\f]", place) or #text + 1
    local word, quote, index = {}, nil, from
    while index <= #text do
        local letter = text:sub(index, index)
        if not quote and letter:find("%s") then
            break
        elseif letter == "\\" and index < #text then
            index = index + 1
            word[#word + 1] = text:sub(index, index)
        elseif quote and letter == quote then
            quote = nil
        elseif not quote and (letter == '"' or letter == "'") then
            quote = letter
        elseif not quote and letter == "#" then
            index = #text + 1
            break
        elseif letter ~= "\\" then
            word[#word + 1] = letter
        end
        index = index + 1
    end
    if quote then
        return nil, nil, "a quote is not closed"
    elseif index == from or (index > #text and #word == 0 and text:sub(from, from) == "#") then
        return nil
    end
    return table.concat(word), index + 1
end

-- Whether some option has the name of `word`, "--name" or "--name=value", or begins so.
local function is_known(word, all)
    local name = word:match("^%-%-([^=]*)")
    for _, option in ipairs(all) do
        if #name > 0 and option.name:sub(1, #name) == name then
            return true
        end
    end
    return false
end

-- Options of other plugins are known to sbatch alone; their values cannot be told from
-- other words, so that the rest of the line is left.
local function words_of(text, all, note)
    local words, place = {}, 1
    while #words < WORDS_MAX do
        local word, following, fault = next_word(text, place)
        if fault then
            return nil, fault
        elseif not word then
            break
        elseif word:sub(1, 2) == "--" and not is_known(word, all) then
            note(word, "no option of sbatch or of Atelier, so another plugin's or none: not "
                .. "looked at")
            break
        end
        words[#words + 1], place = word, following
    end
    return words
end

batch_script.UNREADABLE = "sbatch cannot read this line: it has a word that is no option, an option "
    .. "without its argument, or names a file that cannot be read"

local function read_line(text, all, place, note)
    local words, fault = words_of(text, all, note)
    if not words then
        return nil, place .. ": " .. fault
    end
    local asked = option_reader.read({ more_options = all, bare = true }, words)
    if not asked then
        return nil, place .. ": " .. batch_script.UNREADABLE
    end
    return asked.words or {}
end

local function is_separator(text)
    local word = text:match("^[ \t]*(%S*)"):lower()
    return word == "hetjob" or word == "packjob"
end

-- `all`: the options of sbatch, which put { name, value } into asked.words. Returns the
-- options of the lines of `text`, each with `from`, "train.sh:3", and sentences on lines that
-- sbatch reads and this does not: those of other plugins' options, of further components of
-- a heterogeneous job and of other schedulers; or nil and a sentence.
function batch_script.read(text, script, all)
    local words, notes, number = {}, {}, 0
    local function note(what, about)
        notes[#notes + 1] = ("%s:%d: %s: %s"):format(script, number, what, about)
    end
    if text:sub(1, 2) ~= "#!" then
        note("no `#!` at its beginning", "sbatch refuses such a script")
    end
    for line in (text .. "\n"):gmatch("([^\n]*)\n") do
        local given = line:match("^#SBATCH(.*)$") or line:match("^#SLURM(.*)$")
        number = number + 1
        if given and is_separator(given) then
            note("heterogeneous job", "the first component is explained, and no other")
            break
        elseif given then
            local place = ("%s:%d"):format(script, number)
            local read, fault = read_line(given, all, place, note)
            if not read then
                return nil, fault
            end
            for _, word in ipairs(read) do
                word.from = place
                words[#words + 1] = word
            end
        elseif line:find("^#PBS ") or line:find("^#BSUB ") then
            note("a line of another scheduler",
                "sbatch translates it; here it is not looked at")
        elseif line:find("^[ \t\r\v\f]*[^# \t\r\v\f]") then
            break
        end
    end
    return words, notes
end

return batch_script
