-- declaration.lua: the functions of the policy file, `workspace "vision" { ... }`.
--
-- Each declaration is checked against the schema and kept with its file and line; what is
-- wrong goes to the problems, and the file is read on to its end.

local agreed = require("atelier.base.agreed")
local entry = require("atelier.policy.entry")
local name = require("atelier.base.name")
local schema = require("atelier.policy.schema")

local declaration = {}

local function shown(place, file)
    local line = place.line or "?"
    return place.file == file and "line " .. line or place.file .. ":" .. line
end

-- Keeps an entry under its name; the first of two declarations stays.
local function keep(entries, kind, one, problems)
    if not name.valid(one.name) then
        problems:add(one, "`" .. name.quote(one.name) .. "` is not a name for a " .. kind,
            name.RULE)
        return
    end
    if kind == "workspace" and one.name == agreed.NO_WORKSPACE then
        problems:add(one, "no workspace can be named `" .. agreed.NO_WORKSPACE .. "`",
            "--workspace=" .. agreed.NO_WORKSPACE .. " asks for a job without a workspace")
        return
    end
    local first = entries[one.name]
    if first then
        problems:add(one, kind .. " `" .. one.name .. "` is declared twice",
            "the first is at " .. shown(first, one.file))
        return
    end
    entries[one.name] = one
end

-- The first half of `workspace "vision" { ... }`; returns the second. `open` holds the
-- declarations whose second half has not come yet.
local function declare(kind, kind_name, open, into, source, findings)
    local place = source:place()
    local label = kind .. " `" .. name.quote(kind_name) .. "`"
    open[place] = label
    return function(body)
        open[place] = nil
        if type(body) ~= "table" then
            findings.problems:add(place, label .. " needs its keys in { ... }")
            return
        end
        local one = entry.read(label, body, schema[kind], place, findings)
        one.name, one.label = kind_name, label
        one.file, one.line = place.file, place.line
        keep(into[kind], kind, one, findings.problems)
    end
end

-- The functions that declare; the table { kind = { name = entry } } that they fill; and a
-- function that is called when the files have run.
function declaration.functions(source, findings)
    local declared, functions, open = {}, {}, {}
    for kind in pairs(schema) do
        declared[kind] = {}
        functions[kind] = function(kind_name)
            return declare(kind, kind_name, open, declared, source, findings)
        end
    end
    return functions, declared, function()
        for place, label in pairs(open) do
            findings.problems:add(place, label .. " needs its keys in { ... }")
        end
    end
end

return declaration
