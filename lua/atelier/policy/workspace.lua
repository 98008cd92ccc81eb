-- workspace.lua: one workspace of a loaded policy, and the questions asked of it.
--
-- A scope is a workspace, or one of its experiments (experiment.lua), which has all its
-- fields, some of them narrower.

local agreed = require("atelier.base.agreed")
local experiment = require("atelier.policy.experiment")
local name = require("atelier.base.name")
local refusal = require("atelier.base.refusal")
local schema = require("atelier.policy.schema")
local set = require("atelier.base.set")

local workspace = {}
workspace.__index = workspace

-- What a file server's volumes have of it.
local function add_server(volume, server)
    for key in pairs(schema.file_server) do
        volume[key] = server[key]
    end
    volume.timeout = server.timeout or agreed.NFS_TIMEOUT
end

-- { name = volume } with what a node must know of it and of its server.
function workspace.volumes(declared)
    local volumes = {}
    for key, entry in pairs(declared.volume) do
        local server = declared.file_server[entry.server]
        local volume = { deadline = agreed.VOLUME_DEADLINE }
        for word, given in pairs(entry) do
            volume[word] = given
        end
        if server then
            add_server(volume, server)
        end
        if server or entry.kind ~= "nfs" then
            volumes[key] = volume
        end
    end
    return volumes
end

function workspace.pick(volumes, names)
    local picked = {}
    for index, key in ipairs(names) do
        picked[index] = volumes[key]
    end
    return picked
end

-- Where jobs of these clusters may run: { partitions (in the order of clusters),
-- cluster_of = { partition = cluster }, gpus_of = { cluster = GPUs of a
-- node } }. `known` keeps one for all that have the same.
local function places(clusters, known, declared)
    local key = table.concat(clusters, ",")
    if not known[key] then
        local partitions, cluster_of, gpus_of = {}, {}, {}
        for _, cluster in ipairs(clusters) do
            gpus_of[cluster] = declared.cluster[cluster].gpus_per_node
            for _, partition in ipairs(declared.cluster[cluster].partition) do
                partitions[#partitions + 1] = partition
                cluster_of[partition] = cluster
            end
        end
        known[key] = { partitions = partitions, cluster_of = cluster_of,
            gpus_of = gpus_of }
    end
    return known[key]
end

-- Fills in what follows from clusters and default_cluster.
function workspace.settle(made, known, declared)
    local found = places(made.clusters, known, declared)
    made.partitions, made.cluster_of = found.partitions, found.cluster_of
    made.gpus_of = found.gpus_of
    made.default_partition = declared.cluster[made.default_cluster].partition[1]
end

-- From a checked declaration. Lists of names become sets where they are asked, and
-- `experiments` scopes; the rest is as declared. `known` is kept from one to the next.
function workspace.new(entry, declared, volumes, known)
    local made = {
        name = entry.name, label = entry.label, file = entry.file, line = entry.line,
        title = entry.title, account = entry.account, accounts = entry.accounts,
        parent = entry.parent, clusters = entry.clusters,
        default_cluster = entry.default_cluster or entry.clusters[1],
        users = set.of(entry.users), groups = set.of(entry.groups),
        administrators = set.of(entry.administrators),
        volumes = workspace.pick(volumes, entry.volumes), frameworks = entry.frameworks,
        default_experiment = entry.default_experiment, qos = entry.qos,
        limits = entry.limits, default_wall_time = entry.default_wall_time,
        environment = entry.environment, shared_job_temp = entry.shared_job_temp,
        compat = entry.compat,
    }
    workspace.settle(made, known, declared)
    setmetatable(made, workspace)
    if entry.experiments then
        made.experiments = {}
        for key, one in pairs(entry.experiments) do
            made.experiments[key] = experiment.new(one, made, workspace, declared,
                volumes, known)
        end
    end
    return made
end

-- The declaration that decides `key` of the scope: { label, file, line }.
function workspace:source_of(key)
    return rawget(self, key) == nil and self.workspace or self
end

-- Whether jobs of the workspace may run under the account: its own, or one that route
-- may choose.
function workspace:has_account(account)
    if type(account) ~= "string" then
        return false
    end
    account = account:lower()
    return account == self.account or set.has(self.accounts, account)
end

-- The one spelling of an experiment: Slurm's wckeys know no upper case, so that names
-- which differ by that alone are one there. The policy's where it has the name, else lower
-- case.
function workspace:experiment_name(wanted)
    if wanted == nil or (self.experiments or {})[wanted] then
        return wanted
    end
    local lower = wanted:lower()
    for key in pairs(self.experiments or {}) do
        if key:lower() == lower then
            return key
        end
    end
    local default = self.default_experiment
    return default and default:lower() == lower and default or lower
end

-- The scope of a job in the workspace; or nil and a refusal.
function workspace:scope(wanted)
    if wanted == nil or self.experiments == nil then
        return self
    end
    local found = self.experiments[wanted]
    if not found then
        return nil, refusal.new("ESLURM_ACCESS_DENIED", self,
            "workspace `%s` has no experiment `%s`: choose %s", self.name, wanted,
            name.choices(name.sorted_keys(self.experiments)))
    end
    return found
end

-- nil when the scope allows the framework (nil: not asked for), else a refusal.
function workspace:refuses_framework(wanted)
    if wanted == nil or self.frameworks == nil then
        return nil
    end
    for _, framework in ipairs(self.frameworks) do
        if framework == wanted then
            return nil
        end
    end
    return refusal.new("ESLURM_ACCESS_DENIED", self:source_of("frameworks"),
        "%s does not allow framework `%s`: choose %s",
        self:source_of("frameworks").label, wanted, name.choices(self.frameworks))
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
