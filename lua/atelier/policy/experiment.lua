-- experiment.lua: an experiment, as its workspace with some fields narrower.

local copy = require("atelier.base.copy")
local set = require("atelier.base.set")

local experiment = {}

local function default_cluster(entry, workspace)
    local clusters = entry.clusters or workspace.clusters
    local default = workspace.default_cluster
    return entry.default_cluster or set.has(clusters, default) and default or clusters[1]
end

-- From a checked declaration; `class` is workspace.lua, whose questions it answers. Who
-- is a member is asked apart: of the workspace, and of `members` where there are any.
function experiment.new(entry, workspace, class, declared, volumes, known)
    local made = {
        experiment = entry.name, workspace = workspace, label = entry.label,
        file = entry.file, line = entry.line, title = entry.title,
        volumes = entry.volumes and class.pick(volumes, entry.volumes),
        frameworks = entry.frameworks, qos = entry.qos,
        default_wall_time = entry.default_wall_time,
        environment = entry.environment
            and copy.merged(workspace.environment, entry.environment),
        limits = entry.limits and copy.merged(workspace.limits, entry.limits),
        own_limits = entry.limits,
    }
    if entry.users or entry.groups then
        made.members = { users = set.of(entry.users or {}),
            groups = set.of(entry.groups or {}) }
    end
    if entry.clusters or entry.default_cluster then
        made.clusters = entry.clusters or workspace.clusters
        made.default_cluster = default_cluster(entry, workspace)
        class.settle(made, known, declared)
    end
    return setmetatable(made, { __index = workspace })
end

return experiment
