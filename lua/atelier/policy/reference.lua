-- reference.lua: what a declaration says of others: dangling names, and keys of one
-- declaration that do not fit together. names_in_slurm.lua looks at what Slurm would mix
-- up.

local volume_kind = require("atelier.policy.volume_kind")
local name = require("atelier.base.name")
local names_in_slurm = require("atelier.policy.names_in_slurm")
local narrowing = require("atelier.policy.narrowing")
local nearest = require("atelier.base.nearest")
local volume_place = require("atelier.policy.volume_place")
local keys_of_volumes = require("atelier.policy.schema").volume
local set = require("atelier.base.set")
local shared_temp = require("atelier.policy.shared_temp")

local reference = {}

local function check_names(one, key, wanted, kind, entries, problems)
    for _, each in ipairs(wanted or {}) do
        if not entries[each] then
            problems:add(one, "unknown " .. kind .. " `" .. each .. "` in key `" .. key
                .. "` of " .. one.label,
                nearest.advice(each, name.sorted_keys(entries)))
        end
    end
end

-- `one` is a workspace or an experiment, `clusters` what it may use.
local function check_default_cluster(one, clusters, problems)
    if not one.default_cluster or not clusters
        or set.has(clusters, one.default_cluster) then
        return
    end
    problems:add(one, "default_cluster `" .. one.default_cluster .. "` of " .. one.label
        .. " is not one of its clusters", nearest.advice(one.default_cluster, clusters))
end

local function check_wall_time(one, limits, problems)
    local most = limits and limits.wall_time
    if most and one.default_wall_time and one.default_wall_time > most then
        problems:add(one, "default_wall_time of " .. one.label .. " is over its limit of "
            .. most .. " minutes")
    end
end

-- With --qos=low a user means the priority: a QOS of that name for another one would not
-- be what it says.
local function check_qos(one, problems)
    for priority, chosen in pairs(one.qos or {}) do
        if chosen ~= priority and one.qos[chosen] then
            problems:add(one, "`qos` of " .. one.label .. " gives priority `" .. priority
                .. "` the QOS `" .. chosen .. "`, which is the word for another priority")
        end
    end
end

local function check_default_experiment(workspace, problems)
    local wanted = workspace.default_experiment
    if wanted and workspace.experiments and not workspace.experiments[wanted] then
        problems:add(workspace, "default_experiment `" .. wanted .. "` of "
            .. workspace.label .. " is not one of its experiments",
            nearest.advice(wanted, name.sorted_keys(workspace.experiments)))
    end
end

local function check_experiment(one, workspace, problems)
    narrowing.check(one, workspace, problems)
    check_default_cluster(one, one.clusters or workspace.clusters, problems)
    check_wall_time(one, { wall_time = (one.limits or {}).wall_time
        or (workspace.limits or {}).wall_time }, problems)
    check_qos(one, problems)
end

local function check_workspace(workspace, declared, problems)
    check_names(workspace, "clusters", workspace.clusters, "cluster", declared.cluster,
        problems)
    check_names(workspace, "volumes", workspace.volumes, "volume", declared.volume,
        problems)
    volume_place.check(workspace, declared.volume, problems)
    shared_temp.check(workspace, declared.volume, problems)
    check_default_cluster(workspace, workspace.clusters, problems)
    check_wall_time(workspace, workspace.limits, problems)
    check_qos(workspace, problems)
    check_default_experiment(workspace, problems)
    if workspace.users and #workspace.users == 0
        and workspace.groups and #workspace.groups == 0 then
        problems:add(workspace, workspace.label .. " has neither users nor groups",
            "nobody could use it")
    end
    for _, one in pairs(workspace.experiments or {}) do
        check_experiment(one, workspace, problems)
    end
end

local function check_size(cluster, problems)
    local size = cluster.size or {}
    local least, most = size.min or 0, size.max or math.huge
    if least > most then
        problems:add(cluster, "`size` of " .. cluster.label .. " has a min over its max")
    elseif size.initial and size.target then
        problems:add(cluster, "`size` of " .. cluster.label
            .. " has both initial and target", "leave one out")
    end
    for _, key in ipairs({ "initial", "target" }) do
        local wanted = size[key]
        if wanted and least <= most and (wanted < least or wanted > most) then
            problems:add(cluster, "`size` of " .. cluster.label .. " has its " .. key
                .. " outside of min and max")
        end
    end
end

local function check_file_server(server, problems)
    if server.version == 4 and server.locks == "node" then
        problems:add(server, server.label .. " has version 4, whose locks are always the "
            .. "server's", "leave locks out")
    end
    if server.version == 4 and server.driver == "libnfs" then
        problems:add(server, server.label .. " has version 4, which the driver libnfs does "
            .. "not speak", "choose kernel or leave the driver out")
    elseif server.timeout and server.recovery == "hard" then
        problems:add(server, server.label .. " has a timeout, which its recovery, hard, "
            .. "does not look at", "add recovery = \"soft\" or leave it out")
    end
end

-- A file server of another version cannot be probed, since the write probe speaks version 3.
local function check_probe(volume, server, problems)
    if volume.probe == "write" and server and server.version == 4 then
        problems:add(volume, volume.label .. " is to be probed by writing, which needs "
            .. "version 3", "leave probe out")
    end
end

-- Adds a problem for everything of `declared` ({ kind = { name = entry } }) that does not
-- fit together.
function reference.check(declared, problems)
    for _, volume in pairs(declared.volume) do
        check_names(volume, "server", { volume.server }, "file_server",
            declared.file_server, problems)
        check_probe(volume, declared.file_server[volume.server], problems)
        volume_kind.check(volume, keys_of_volumes, problems)
    end
    for _, server in pairs(declared.file_server) do
        check_file_server(server, problems)
    end
    for _, cluster in pairs(declared.cluster) do
        check_size(cluster, problems)
    end
    for _, workspace in pairs(declared.workspace) do
        check_workspace(workspace, declared, problems)
    end
    names_in_slurm.check(declared, problems)
end

return reference
