-- workspace.lua: one workspace of a loaded policy, and the questions asked of it.

local name = require("atelier.name")
local refusal = require("atelier.refusal")

local workspace = {}
workspace.__index = workspace

local function set_of(list)
    local set = {}
    for _, item in ipairs(list) do
        set[item] = true
    end
    return set
end

local function volumes_of(entry, declared)
    local volumes = {}
    for index, volume_name in ipairs(entry.volumes) do
        local volume = declared.volume[volume_name]
        local server = declared.file_server[volume.server]
        volumes[index] = {
            name = volume.name, export = volume.export, mode = volume.mode,
            server = server.name, host = server.host, port = server.port,
            mount_port = server.mount_port, driver = server.driver,
            deadline = server.deadline,
        }
    end
    return volumes
end

-- From a checked declaration: { name, account (lower case, as Slurm keeps it),
-- partitions (in the order of clusters), cluster_of = { partition = cluster },
-- default_partition, volumes (in the order of mounting), frameworks and experiments (nil:
-- all), environment }.
function workspace.new(entry, declared)
    local partitions, cluster_of = {}, {}
    for index, cluster in ipairs(entry.clusters) do
        partitions[index] = declared.cluster[cluster].partition
        cluster_of[partitions[index]] = cluster
    end
    local default = entry.default_cluster or entry.clusters[1]
    return setmetatable({
        name = entry.name, account = entry.account:lower(),
        partitions = partitions, cluster_of = cluster_of,
        default_partition = declared.cluster[default].partition,
        users = set_of(entry.users), groups = set_of(entry.groups),
        volumes = volumes_of(entry, declared), environment = entry.environment,
        frameworks = entry.frameworks, experiments = entry.experiments,
    }, workspace)
end

-- Whether the user is a member: "yes", "no", or "unknown" when that depends on Unix
-- groups and `groups` is nil, as in slurmctld.
function workspace:membership(user, groups)
    if user and self.users[user] then
        return "yes"
    end
    if groups == nil then
        return next(self.groups) and "unknown" or "no"
    end
    for _, group in ipairs(groups) do
        if self.groups[group] then
            return "yes"
        end
    end
    return "no"
end

local function own_names(policy, user, groups)
    local own, unknown = {}, false
    for _, key in ipairs(policy.names) do
        local membership = policy.workspaces[key]:membership(user, groups)
        if membership == "yes" then
            own[#own + 1] = key
        end
        unknown = unknown or membership == "unknown"
    end
    return own, unknown
end

-- The same sentence for a workspace that does not exist and for one of others: a stranger
-- learns neither.
local function not_yours(policy, wanted, user, groups)
    local own, unknown = own_names(policy, user, groups)
    local advice = "choose " .. name.choices(own)
    if #own == 0 then
        advice = "you are a member of no workspace" .. (unknown and " by user name" or "")
            .. "; ask your administrator"
    end
    return refusal.new("ESLURM_INVALID_ACCOUNT", "workspace `%s` is not one of yours: %s",
        wanted, advice)
end

-- The workspace called `wanted`, and whether membership is sure ("yes" or "unknown"); or
-- nil and a refusal.
function workspace.find(policy, wanted, user, groups)
    local found = policy.workspaces[wanted]
    local membership = found and found:membership(user, groups) or "no"
    if membership == "no" then
        return nil, not_yours(policy, wanted, user, groups)
    end
    return found, membership
end

local function allowed(list, wanted)
    return list == nil or wanted == nil or set_of(list)[wanted]
end

-- nil when the workspace allows both (nil: not asked for), else a refusal.
function workspace:refuses(experiment, framework)
    if not allowed(self.experiments, experiment) then
        return refusal.new("ESLURM_ACCESS_DENIED",
            "workspace `%s` has no experiment `%s`: choose %s", self.name, experiment,
            name.choices(self.experiments))
    end
    if not allowed(self.frameworks, framework) then
        return refusal.new("ESLURM_ACCESS_DENIED",
            "workspace `%s` does not allow framework `%s`: choose %s", self.name,
            framework, name.choices(self.frameworks))
    end
end

local PARTITIONS_MAX = 1024 -- bytes of a list that is taken apart

-- For "cpu,debug": the clusters' names; or nil and the partition that is not one of them.
function workspace:clusters_of(partitions)
    if #partitions > PARTITIONS_MAX then
        return nil, partitions
    end
    local clusters = {}
    for partition in partitions:gmatch("[^,]+") do
        if not self.cluster_of[partition] then
            return nil, partition
        end
        clusters[#clusters + 1] = self.cluster_of[partition]
    end
    if #clusters == 0 then
        return nil, partitions
    end
    return clusters
end

return workspace
