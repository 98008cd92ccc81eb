-- declaration.lua: the functions of the policy file, `workspace "vision" { ... }`.
--
-- Each declaration is checked against the schema and kept with its line; what is wrong
-- goes to the problems, and the file is read on to its end.

local name = require("atelier.name")
local nearest = require("atelier.nearest")
local position = require("atelier.position")
local schema = require("atelier.schema")

local declaration = {}

-- Reports the keys that are not known; returns the set of those that were probably meant.
local function report_unknown(label, body, keys, line, problems)
    local known, meant = name.sorted_keys(keys), {}
    for key in pairs(body) do
        if keys[key] == nil then
            problems:add(line, "unknown key `" .. name.quote(key) .. "` in " .. label,
                nearest.advice(key, known))
            meant[nearest.find(key, known) or ""] = true
        end
    end
    return meant
end

-- The body with its defaults; a key that is wrong is reported and left out.
local function checked_keys(label, body, keys, line, problems)
    local meant = report_unknown(label, body, keys, line, problems)
    local entry = {}
    for _, key in ipairs(name.sorted_keys(keys)) do
        local rule, given = keys[key], body[key]
        if given == nil then
            entry[key] = rule.default
            if rule.required and not meant[key] then
                problems:add(line, label .. " has no key `" .. key .. "`")
            end
        else
            local fault, advice = rule[1](given)
            if fault then
                problems:add(line, "key `" .. key .. "` of " .. label .. " " .. fault,
                    advice)
            else
                entry[key] = given
            end
        end
    end
    return entry
end

-- Keeps an entry under its name; the first of two declarations stays.
local function keep(entries, kind, entry, problems)
    if not name.valid(entry.name) then
        problems:add(entry.line, "`" .. name.quote(entry.name) .. "` is not a name for a "
            .. kind, name.RULE)
        return
    end
    local first = entries[entry.name]
    if first then
        problems:add(entry.line, kind .. " `" .. entry.name .. "` is declared twice",
            "the first is at line " .. (first.line or "?"))
        return
    end
    entries[entry.name] = entry
end

-- The first half of `workspace "vision" { ... }`; returns the second. `open` holds the
-- declarations whose second half has not come yet.
local function declare(kind, kind_name, open, into, chunk, problems)
    local line = position.line(chunk)
    local label = kind .. " `" .. name.quote(kind_name) .. "`"
    local pending = { label = label, line = line }
    open[pending] = true
    return function(body)
        open[pending] = nil
        if type(body) ~= "table" then
            problems:add(line, label .. " needs its keys in { ... }")
            return
        end
        local entry = checked_keys(label, body, schema[kind], line, problems)
        entry.name, entry.line, entry.label = kind_name, line, label
        keep(into[kind], kind, entry, problems)
    end
end

-- Copies, so that a policy that changes its `string` does not change the engine's.
local function copy(library)
    local copied = {}
    for key, member in pairs(library) do
        copied[key] = member
    end
    return copied
end

-- An unknown word stands for this: called or indexed it gives itself, so that the file is
-- read on and what follows is checked too.
local sink = {}
local function give_sink()
    return sink
end
setmetatable(sink, { __call = give_sink, __index = give_sink })

local function environment(functions, chunk, problems)
    local words = {
        ipairs = ipairs, pairs = pairs, tonumber = tonumber, tostring = tostring,
        type = type, math = copy(math), string = copy(string), table = copy(table),
    }
    for kind, declares in pairs(functions) do
        words[kind] = declares
    end
    local known = name.sorted_keys(words)
    return setmetatable(words, { __index = function(_, word)
        problems:add(position.line(chunk), "unknown word `" .. name.quote(word) .. "`",
            nearest.advice(word, known))
        return sink
    end })
end

-- The environment of a policy file whose chunk is named `chunk`; the table { kind = {
-- name = entry } } that it fills; and a function that is called when the file has run.
function declaration.environment(chunk, problems)
    local declared, functions, open = {}, {}, {}
    for kind in pairs(schema) do
        declared[kind] = {}
        functions[kind] = function(kind_name)
            return declare(kind, kind_name, open, declared, chunk, problems)
        end
    end
    local function finish()
        for pending in pairs(open) do
            problems:add(pending.line, pending.label .. " needs its keys in { ... }")
        end
    end
    return environment(functions, chunk, problems), declared, finish
end

return declaration
