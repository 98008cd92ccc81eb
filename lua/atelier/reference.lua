-- reference.lua: what a declaration says of others: dangling names, and names that would
-- be the same to Slurm.

local name = require("atelier.name")
local nearest = require("atelier.nearest")

local reference = {}

local function check_name(entry, key, wanted, kind, entries, problems)
    if wanted ~= nil and not entries[wanted] then
        problems:add(entry.line, "unknown " .. kind .. " `" .. wanted .. "` in key `"
            .. key .. "` of " .. entry.label,
            nearest.advice(wanted, name.sorted_keys(entries)))
    end
end

local function check_default_cluster(workspace, problems)
    if not workspace.default_cluster or not workspace.clusters then
        return
    end
    for _, cluster in ipairs(workspace.clusters) do
        if cluster == workspace.default_cluster then
            return
        end
    end
    problems:add(workspace.line, "default_cluster `" .. workspace.default_cluster
        .. "` of " .. workspace.label .. " is not one of its clusters",
        nearest.advice(workspace.default_cluster, workspace.clusters))
end

local function check_workspace(workspace, declared, problems)
    for _, wanted in ipairs(workspace.clusters or {}) do
        check_name(workspace, "clusters", wanted, "cluster", declared.cluster, problems)
    end
    for _, wanted in ipairs(workspace.volumes or {}) do
        check_name(workspace, "volumes", wanted, "volume", declared.volume, problems)
    end
    check_default_cluster(workspace, problems)
    if workspace.users and #workspace.users == 0
        and workspace.groups and #workspace.groups == 0 then
        problems:add(workspace.line, workspace.label .. " has neither users nor groups",
            "nobody could use it")
    end
end

local function check_partitions(clusters, problems)
    local first = {}
    for _, key in ipairs(name.sorted_keys(clusters)) do
        local cluster = clusters[key]
        local other = cluster.partition and first[cluster.partition]
        if other then
            problems:add(cluster.line, cluster.label .. " has the partition of "
                .. other.label)
        elseif cluster.partition then
            first[cluster.partition] = cluster
        end
    end
end

-- Slurm writes wckeys in lower case, and "." joins workspace and experiment: two
-- workspaces whose jobs would share wckeys could read as one in the accounting.
local function check_wckeys(workspaces, problems)
    local first = {}
    for _, key in ipairs(name.sorted_keys(workspaces)) do
        local workspace, wckey = workspaces[key], key:lower()
        if first[wckey] then
            problems:add(workspace.line, workspace.label .. " is " .. first[wckey].label
                .. " to Slurm, which knows no upper case", "rename one")
        end
        first[wckey] = first[wckey] or workspace
    end
    for wckey, workspace in pairs(first) do
        for dot in wckey:gmatch("()%.") do
            local other = first[wckey:sub(1, dot - 1)]
            if other then
                problems:add(workspace.line, workspace.label
                    .. " reads like an experiment of " .. other.label, "rename one")
            end
        end
    end
end

-- Adds a problem for everything of `declared` ({ kind = { name = entry } }) that does not
-- fit together.
function reference.check(declared, problems)
    for _, volume in pairs(declared.volume) do
        check_name(volume, "server", volume.server, "file_server", declared.file_server,
            problems)
    end
    for _, workspace in pairs(declared.workspace) do
        check_workspace(workspace, declared, problems)
    end
    check_partitions(declared.cluster, problems)
    check_wckeys(declared.workspace, problems)
    if next(declared.workspace) == nil and not problems:any() then
        problems:add(nil, "no workspace is declared", "is the file complete?")
    end
end

return reference
