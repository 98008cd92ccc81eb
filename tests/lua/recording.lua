-- recording.lua: what Slurm showed to its plugins (tests/recordings), as Lua's values.

local recording = { RELEASES = { "22.05", "24.11", "26.05" } }

local top = os.getenv("top_srcdir") or "."

local function value_of(kind, text)
    if kind == "number" then
        return text == "N" and 7 or tonumber(text)
    elseif kind == "boolean" then
        return text == "true"
    elseif kind == "table" or kind == "" then
        return {}
    end
    return (text:gsub("\\n", "\n"))
end

-- "spank[atelier][check]": the last of its keys is of the table that those before it name.
local function put(fields, name, value)
    local place, key = fields, name:match("^[^%[]+")
    for inner in name:gmatch("%[([^%]]*)%]") do
        place, key = place[key], tonumber(inner) or inner
    end
    place[key] = value
end

local function lines_of(release, name)
    return io.lines(top .. "/tests/recordings/" .. release .. "/" .. name .. ".text")
end

-- What a recording plugin wrote: a list of { title, fields, job }, `job` being the job as it was
-- where it was to be modified.
function recording.read(release, name)
    local list, fields = {}, nil
    for line in lines_of(release, name) do
        local title = line:match("^== (.*)$")
        if title then
            fields = {}
            list[#list + 1] = { title = title, fields = fields }
        elseif line:match("^%-%- ") then
            fields = {}
            list[#list].job = fields
        else
            local field, kind, text = line:match("^(%S+) ?(%S*) ?(.*)$")
            put(fields, field, value_of(kind, text))
        end
    end
    return list
end

-- The first whose title begins so.
function recording.find(list, title)
    for _, one in ipairs(list) do
        if one.title:sub(1, #title) == title then
            return one
        end
    end
    error("nothing recorded of " .. title)
end

-- { NAME = true } of all that a recording plugin asked Slurm for.
function recording.asked(plugin, list)
    local file = assert(io.open(top .. "/tests/recordings/" .. plugin .. ".lua"))
    local text = file:read("*a"):match("local " .. list .. " = (%b{})")
    file:close()
    local names = {}
    for name in text:gmatch('"([^"]+)"') do
        names[name] = true
    end
    return names
end

return recording
