-- experiment.lua: an experiment, as its workspace with some fields narrower.

local set = require("atelier.set")

local experiment = {}

-- `narrow` over `wide`: an experiment's own variables and limits, and the workspace's.
local function merged(wide, narrow)
    local both = {}
    for key, one in pairs(wide) do
        both[key] = one
    end
    for key, one in pairs(narrow) do
        both[key] = one
    end
    return both
end

local function own_default(entry, workspace)
    if entry.default_cluster then
        return entry.default_cluster
    end
    local is_own = set.of(entry.clusters)
    return is_own[workspace.default_cluster] and workspace.default_cluster
        or entry.clusters[1]
end

-- From a checked declaration; `class` is workspace.lua, whose questions it answers. Who
-- is a member is asked apart: of the workspace, and of `members` where there are any.
function experiment.new(entry, workspace, class, declared, volumes)
    local made = {
        experiment = entry.name, workspace = workspace, label = entry.label,
        file = entry.file, line = entry.line, title = entry.title,
        volumes = entry.volumes and class.pick(volumes, entry.volumes),
        frameworks = entry.frameworks, qos = entry.qos,
        default_wall_time = entry.default_wall_time,
        environment = entry.environment
            and merged(workspace.environment, entry.environment),
        limits = entry.limits and merged(workspace.limits, entry.limits),
        own_limits = entry.limits,
        default_cluster = entry.default_cluster,
    }
    if entry.users or entry.groups then
        made.members = { users = set.of(entry.users or {}),
            groups = set.of(entry.groups or {}) }
    end
    if entry.clusters or entry.default_cluster then
        made.clusters = entry.clusters or workspace.clusters
        made.default_cluster = entry.default_cluster or own_default(entry, workspace)
        made.partitions, made.cluster_of, made.default_partition =
            class.places(made.clusters, made.default_cluster, declared)
    end
    return setmetatable(made, { __index = workspace })
end

return experiment
