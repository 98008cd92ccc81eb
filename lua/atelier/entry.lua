-- entry.lua: the keys of one declaration, checked against the schema.

local name = require("atelier.name")
local nearest = require("atelier.nearest")

local entry = {}

-- The keys of a schema in their order; sorting them for every declaration would be most
-- of the time that a large policy takes.
local orders = {}
local function order_of(keys)
    orders[keys] = orders[keys] or name.sorted_keys(keys)
    return orders[keys]
end

-- Reports the keys that are not known; returns the set of those that were probably meant.
local function report_unknown(label, body, keys, place, findings)
    local meant = {}
    for key in pairs(body) do
        if keys[key] == nil then
            local known = order_of(keys)
            findings.problems:add(place, "unknown key `" .. name.quote(key) .. "` in "
                .. label, nearest.advice(key, known))
            meant[nearest.find(key, known) or ""] = true
        end
    end
    return meant
end

local function fault_of(label, key, place, findings, fault, advice)
    findings.problems:add(place, "key `" .. key .. "` of " .. label .. " " .. fault, advice)
end

-- One of the tables that a key with `each` holds: `digits = { ... }`, or its name alone.
local function read_named(label, key, index, given, rule, place, findings)
    local named, body = index, given
    if type(index) == "number" then
        named, body = given, {}
    end
    if not name.valid(named) then
        return fault_of(label, key, place, findings, "holds `" .. name.quote(named)
            .. "`, which is not a name")
    end
    local own = rule.kind .. " `" .. named .. "` of " .. label
    if type(body) ~= "table" then
        findings.problems:add(place, own .. " needs its keys in { ... }")
        return nil
    end
    local one = entry.read(own, body, rule.each, place, findings)
    one.name, one.label, one.file, one.line = named, own, place.file, place.line
    return one
end

local function read_each(label, key, given, rule, place, findings)
    if type(given) ~= "table" then
        return fault_of(label, key, place, findings,
            "must be a list of names or a table of tables")
    elseif next(given) == nil then
        return fault_of(label, key, place, findings, "must hold at least one name",
            rule.advice)
    end
    local all = {}
    for index, body in pairs(given) do
        local one = read_named(label, key, index, body, rule, place, findings)
        if one and all[one.name] then
            fault_of(label, key, place, findings, "holds `" .. one.name .. "` twice")
        elseif one then
            all[one.name] = one
        end
    end
    return all
end

local function read_keys(label, key, given, rule, place, findings)
    if type(given) ~= "table" then
        return fault_of(label, key, place, findings, "must be a table: { key = value }")
    end
    return entry.read("`" .. key .. "` of " .. label, given, rule.keys, place, findings)
end

local function read_value(label, key, given, rule, place, findings)
    if rule.each then
        return read_each(label, key, given, rule, place, findings)
    elseif rule.keys then
        return read_keys(label, key, given, rule, place, findings)
    end
    local fault, advice = rule[1](given)
    if fault then
        return fault_of(label, key, place, findings, fault, advice)
    end
    if rule.read then
        return rule.read(given)
    end
    return given
end

local function note(label, key, given, rule, place, findings)
    local text = rule.note
    if type(text) == "function" then
        text = text(given)
    end
    if text then
        findings.notes[#findings.notes + 1] = "key `" .. key .. "` of " .. label .. " ("
            .. place.file .. ":" .. (place.line or "?") .. ") is not enforced yet: "
            .. text
    end
end

-- The body with its defaults; a key that is wrong is reported and left out. `findings`
-- takes problems and notes.
function entry.read(label, body, keys, place, findings)
    local meant = report_unknown(label, body, keys, place, findings)
    local read = {}
    for _, key in ipairs(order_of(keys)) do
        local rule, given = keys[key], body[key]
        if given ~= nil then
            read[key] = read_value(label, key, given, rule, place, findings)
            if rule.note then
                note(label, key, given, rule, place, findings)
            end
        elseif rule.required and not meant[key] then
            findings.problems:add(place, label .. " has no key `" .. key .. "`")
        else
            read[key] = rule.default
        end
    end
    return read
end

return entry
