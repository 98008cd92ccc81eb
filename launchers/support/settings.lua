-- What a user may say after the framework's name: --framework=tensorflow:ps=1,chief.
--
-- A launcher declares its settings, NAME = { kind, about, default, choices, excludes (the
-- name of one that cannot be beside it), at_most ("nodes"), needed (true, or the word of the
-- setting that needs it; the policy may give a directory in its place) }, and this reads
-- them: on the submit host, to refuse a wrong one before anything waits, and in each task.
-- slurmctld reads the last two (room.lua). The plugin has looked at the characters, so that
-- words can be shown as they are.

local settings = {}

-- Each takes what stands after the "=", nil without one; the second value is the advice.
local kinds = {}

function kinds.flag(value)
    return value == nil or nil, "it stands alone, without a value"
end

function kinds.count(value)
    local good = value and #value < 8 and value:find("^%d+$")
    return good and tonumber(value) or nil, "give a whole number"
end

function kinds.path(value)
    return value and value:find("^/.") and value or nil,
        "give a path from the root, such as /mnt/atelier/results"
end

function kinds.choice(value, declared)
    for _, choice in ipairs(declared.choices) do
        if choice == value then
            return value
        end
    end
    return nil, "choose one of " .. table.concat(declared.choices, ", ")
end

local function names_of(declared)
    local names = {}
    for name in pairs(declared) do
        names[#names + 1] = name
    end
    table.sort(names)
    return table.concat(names, ", ")
end

local function read_one(framework, declared, read, word)
    local equals = word:find("=", 1, true)
    local name = word:sub(1, (equals or #word + 1) - 1)
    local value = equals and word:sub(equals + 1) or nil
    if not declared[name] then
        return nil, ("framework `%s` has no setting `%s`: choose one of %s")
            :format(framework, name, names_of(declared))
    elseif read[name] ~= nil then
        return nil, ("setting `%s` of framework `%s` is given twice")
            :format(name, framework)
    end
    local found, advice = kinds[declared[name].kind](value, declared[name])
    if found == nil then
        return nil, ("setting `%s` of framework `%s` cannot be `%s`: %s")
            :format(name, framework, word, advice)
    end
    read[name] = found
    return true
end

-- The sentence for two that are not to be together, whatever the layout; nil for none.
local function conflict(framework, declared, read)
    for name, entry in pairs(declared) do
        if entry.excludes and read[name] and read[entry.excludes] then
            local both = { name, entry.excludes }
            table.sort(both)
            return ("settings `%s` and `%s` of framework `%s` exclude each other: "
                .. "leave one out"):format(both[1], both[2], framework)
        end
    end
end

-- `declared` is the launcher's table; `text` is what the user wrote, "" for
-- nothing. Returns { NAME = value }, with the defaults; or nil and a sentence.
function settings.read(framework, declared, text)
    local read = {}
    for word in (text == "" and "" or text .. ","):gmatch("([^,]*),") do
        local good, sentence = read_one(framework, declared, read, word)
        if not good then
            return nil, sentence
        end
    end
    local sentence = conflict(framework, declared, read)
    if sentence then
        return nil, sentence
    end
    for name, entry in pairs(declared) do
        if read[name] == nil then
            read[name] = entry.default
        end
    end
    return read
end

local function form_of(name, entry)
    local form = ({ flag = "", count = "=N", path = "=PATH" })[entry.kind]
    return name .. (form or "=" .. table.concat(entry.choices, "|"))
end

-- For a person: an array of { name, how it is written, what it is }, sorted by name.
function settings.describe(declared)
    local rows = {}
    for name, entry in pairs(declared) do
        local default = entry.default ~= nil
            and (" (default %s)"):format(entry.default) or ""
        rows[#rows + 1] = { name, form_of(name, entry), entry.about .. default }
    end
    table.sort(rows, function(one, other) return one[1] < other[1] end)
    return rows
end

return settings
