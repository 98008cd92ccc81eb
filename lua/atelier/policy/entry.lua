-- entry.lua: the keys of one declaration, checked against the schema.

local name = require("atelier.base.name")
local nearest = require("atelier.base.nearest")

local entry = {}

-- The keys that a declaration may lack, with what then holds, { key, rule }: most of the
-- time that a large policy takes is spent here, so each key is looked at once.
local lacking = {}
local function lacking_of(keys)
    if not lacking[keys] then
        local list = {}
        for _, key in ipairs(name.sorted_keys(keys)) do
            if keys[key].required or keys[key].default ~= nil then
                list[#list + 1] = { key = key, rule = keys[key] }
            end
        end
        lacking[keys] = list
    end
    return lacking[keys]
end

-- Returns the known key that was probably meant, or nil.
local function report_unknown(label, key, keys, place, findings)
    local known = name.sorted_keys(keys)
    findings.problems:add(place, "unknown key `" .. name.quote(key) .. "` in " .. label,
        nearest.advice(key, known))
    return nearest.find(key, known)
end

local function fault_of(label, key, place, findings, fault, advice)
    findings.problems:add(place, "key `" .. key .. "` of " .. label .. " " .. fault,
        advice)
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
    local fault, advice, kept = rule[1](given)
    if fault then
        return fault_of(label, key, place, findings, fault, advice)
    elseif kept ~= nil then
        return kept
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

local function add_defaults(read, meant, label, body, keys, place, findings)
    for _, lacked in ipairs(lacking_of(keys)) do
        local key, rule = lacked.key, lacked.rule
        local required = rule.required
        if type(required) == "function" then
            required = required(body)
        end
        if body[key] == nil and not required then
            read[key] = rule.default
        elseif body[key] == nil and not (meant and meant[key]) then
            findings.problems:add(place, label .. " has no key `" .. key .. "`")
        end
    end
end

-- The body with its defaults; a key that is wrong is reported and left out. `findings`
-- takes problems and notes.
function entry.read(label, body, keys, place, findings)
    local read, meant = {}, nil
    for key, given in pairs(body) do
        local rule = keys[key]
        if rule then
            read[key] = read_value(label, key, given, rule, place, findings)
            if rule.note then
                note(label, key, given, rule, place, findings)
            end
        else
            meant = meant or {}
            meant[report_unknown(label, key, keys, place, findings) or ""] = true
        end
    end
    add_defaults(read, meant, label, body, keys, place, findings)
    return read
end

return entry
