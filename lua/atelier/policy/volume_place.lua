-- volume_place.lua: the absolute path at which a volume appears besides its own directory.

local agreed = require("atelier.base.agreed")
local name = require("atelier.base.name")
local set = require("atelier.base.set")
local value = require("atelier.policy.value")

local volume_place = {}

local TAKEN = set.of(name.words(agreed.TAKEN_PLACES))

function volume_place.type(given)
    local fault, advice = value.path(given)
    if fault then
        return fault, advice
    elseif #given > agreed.PLAN_PLACE_MAX or given:find("//", 1, true) or given:find("/$") then
        return "must be a plain path of a directory below /"
    end
    local first = given:match("^/([^/]+)")
    if TAKEN[first] then
        return "must not be in /" .. first, "choose a directory such as /data"
    end
end

local function is_within(inner, outer)
    return inner == outer or inner:sub(1, #outer + 1) == outer .. "/"
end

-- Adds a problem for each two volumes of the workspace of which one would hide the other.
function volume_place.check(workspace, volumes, problems)
    local seen = {}
    for _, key in ipairs(workspace.volumes or {}) do
        local here = volumes[key] and volumes[key].place
        for _, earlier in ipairs(here and seen or {}) do
            if is_within(here, earlier.place) or is_within(earlier.place, here) then
                problems:add(workspace, workspace.label .. " has the volumes `"
                    .. earlier.name .. "` and `" .. key .. "`, one of which hides the "
                    .. "other at " .. here, "give one another place")
            end
        end
        if here then
            seen[#seen + 1] = { name = key, place = here }
        end
    end
end

return volume_place
