-- shared_temp.lua: `shared_job_temp = "VOLUME[/SUB]"` of a workspace: where each job gets a
-- directory that its nodes share.

local name = require("atelier.base.name")
local value = require("atelier.policy.value")

local shared_temp = {}

-- The type of the key; kept is { volume, below (nil: the volume's top) }.
function shared_temp.type(given)
    if type(given) ~= "string" then
        return "must be a volume's name, or a directory of it: \"VOLUME/SUB\""
    end
    local slash = given:find("/", 1, true)
    local volume, below = given:sub(1, (slash or 0) - 1), slash and given:sub(slash + 1)
    if not name.valid(volume) then
        return "names `" .. name.quote(volume) .. "`, which is no volume's name", name.RULE
    elseif below and not value.is_relative_path(below) then
        return "has `" .. name.quote(below) .. "`, which is no path below a volume",
            value.PATH_RULE
    end
    return nil, nil, { volume = volume, below = below }
end

-- Adds a problem when jobs could not write there, or each node would have its own.
-- `volumes`: as declared, by name.
function shared_temp.check(workspace, volumes, problems)
    local asked = workspace.shared_job_temp
    local volume = asked and volumes[asked.volume]
    if not asked then
        return
    end
    local is_listed = false
    for _, key in ipairs(workspace.volumes or {}) do
        is_listed = is_listed or key == asked.volume
    end
    local of = "`shared_job_temp` of " .. workspace.label
    if not is_listed then
        problems:add(workspace, of .. " is on volume `" .. asked.volume
            .. "`, which is not one of its volumes")
    elseif volume and volume.kind == "local" then
        problems:add(workspace, of .. " is on volume `" .. asked.volume
            .. "`, of which each node has its own", "choose one that the nodes share")
    elseif volume and volume.mode == "ro" then
        problems:add(workspace, of .. " is on volume `" .. asked.volume
            .. "`, which is read-only")
    end
end

-- What a node is told, { volume, below }; nil for a job that sees no such volume.
-- `volumes` are the job's; the volume is added when the job would see only parts of it.
function shared_temp.resolve(scope, volumes)
    local asked = scope.shared_job_temp
    if not asked then
        return nil
    end
    local told = { volume = asked.volume, below = asked.below }
    for _, volume in ipairs(volumes) do
        if volume.name == asked.volume then
            return told
        end
    end
    for _, volume in ipairs(scope.volumes) do
        if volume.name == asked.volume then
            volumes[#volumes + 1] = volume
            return told
        end
    end
    return nil
end

return shared_temp
