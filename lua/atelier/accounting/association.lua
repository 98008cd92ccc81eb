-- association.lua: a workspace's limits, as Slurm keeps them for its account.

local duration = require("atelier.base.duration")
local name = require("atelier.base.name")

local association = {}

-- In the order of the policy's manual. `set` is the word of sacctmgr for it; `resource`
-- the part of a list of resources that it is; `times` what one of it is in Slurm's unit.
local KINDS = {
    { key = "nodes", set = "GrpTRES", resource = "node" },
    { key = "gpus", set = "GrpTRES", resource = "gres/gpu" },
    { key = "running_jobs", set = "GrpJobs" },
    { key = "submitted_jobs", set = "GrpSubmitJobs" },
    { key = "wall_time", set = "MaxWall", show = duration.text },
    { key = "gpu_hours", set = "GrpTRESMins", resource = "gres/gpu", times = 60 },
}

-- How the rows of `sacctmgr show associations` name what is set.
local FIELD = { GrpTRES = "grp_tres", GrpTRESMins = "grp_tres_mins", GrpJobs = "grp_jobs",
    GrpSubmitJobs = "grp_submit", MaxWall = "max_wall" }

-- Returns the count of a resource: "4" of "node" in "node=4,gres/gpu=8".
local function resource(text, wanted)
    for item in text:gmatch("[^,]+") do
        local key, count = item:match("^(.-)=(.*)$")
        if key == wanted then
            return count
        end
    end
end

-- The limits of a row, in the policy's units; nil for none.
function association.read(row)
    local current = {}
    for _, kind in ipairs(KINDS) do
        local text = row[FIELD[kind.set]] or ""
        if kind.resource then
            text = resource(text, kind.resource) or ""
        end
        local count = tonumber(text)
        if kind.set == "MaxWall" and text ~= "" then
            count = duration.minutes(text)
        end
        current[kind.key] = count and count / (kind.times or 1)
    end
    return current
end

local function whole(count)
    return ("%d"):format(math.floor(count + 0.5))
end

local function shown(kind, count)
    if count == nil then
        return "none"
    end
    return (kind.show or whole)(count)
end

-- The words for sacctmgr that make `current` the limits `wanted`, and a text that says so;
-- nil when there is nothing to do. What `wanted` leaves open is cleared when `owned`.
function association.change(wanted, current, owned)
    local words, texts = {}, {}
    for _, kind in ipairs(KINDS) do
        local old, new = current[kind.key], wanted[kind.key]
        if new ~= old and (new ~= nil or owned) then
            local count = new == nil and "-1" or whole(new * (kind.times or 1))
            local item = (kind.resource and kind.resource .. "=" or "") .. count
            words[kind.set] = words[kind.set] and words[kind.set] .. "," .. item or item
            texts[#texts + 1] = kind.key .. " = " .. shown(kind, new)
                .. (old ~= nil and " (was " .. shown(kind, old) .. ")" or "")
        end
    end
    local arguments = {}
    for _, key in ipairs(name.sorted_keys(words)) do
        arguments[#arguments + 1] = key .. "=" .. words[key]
    end
    return #arguments > 0 and arguments or nil, table.concat(texts, ", ")
end

return association
