-- name.lua: the one form of every name of ours, and how words are shown in sentences.
--
-- Workspaces, experiments, frameworks, volumes, clusters and file servers are named by
-- [A-Za-z0-9][A-Za-z0-9._-]{0,63}. What a user wrote is checked here before it is looked
-- up, and shown in a sentence only through name.quote.

local agreed = require("atelier.base.agreed")

local name = {}

name.LENGTH_MAX = agreed.NAME_LENGTH_MAX
name.RULE = "use letters, digits, `.`, `_` and `-`, the first a letter or a digit, "
    .. "at most " .. name.LENGTH_MAX

-- The length is looked at first: a text of any size costs no more than a name.
function name.valid(text)
    return type(text) == "string" and #text <= name.LENGTH_MAX
        and text:find("^[A-Za-z0-9][A-Za-z0-9._-]*$") ~= nil
end

-- `text` as it may reach a terminal or a log: printable ASCII stays, every other byte
-- becomes "?", and what is longer than a name is cut and ends in "...".
function name.quote(text)
    text = tostring(text)
    local shown = text:sub(1, name.LENGTH_MAX):gsub("[^ -~]", "?")
    return #text > name.LENGTH_MAX and shown .. "..." or shown
end

-- The words of a text, which spaces separate.
function name.words(text)
    local words = {}
    for word in text:gmatch("%S+") do
        words[#words + 1] = word
    end
    return words
end

local LISTED_MAX = 8

-- "a", "a or b", "a, b or c"; a long list is cut: "a, b, ... (40 in all)".
function name.choices(words)
    local count = #words
    if count > LISTED_MAX then
        local shown = table.concat(words, ", ", 1, LISTED_MAX)
        return shown .. ", ... (" .. count .. " in all)"
    end
    if count < 2 then
        return words[1] or ""
    end
    return table.concat(words, ", ", 1, count - 1) .. " or " .. words[count]
end

-- The keys of `entries` in alphabetical order, so that a sentence is the same every time.
function name.sorted_keys(entries)
    local keys = {}
    for key in pairs(entries) do
        keys[#keys + 1] = key
    end
    table.sort(keys)
    return keys
end

return name
