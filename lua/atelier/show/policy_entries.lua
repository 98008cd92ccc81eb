-- policy_entries.lua: what the policy declares, for people and for programs.

local copy = require("atelier.base.copy")
local duration = require("atelier.base.duration")
local volume_kind = require("atelier.policy.volume_kind")
local name = require("atelier.base.name")
local nearest = require("atelier.base.nearest")
local visible_policy = require("atelier.show.visible_policy")

local policy_entries = {}

local function sorted_list(set)
    return set and name.sorted_keys(set)
end

local function names_of(entries)
    local names = {}
    for index, entry in ipairs(entries) do
        names[index] = entry.name
    end
    return names
end

local function wall_time(minutes)
    return minutes and duration.text(minutes)
end

-- { experiment = title } of those that have one; nil for none.
local function titles_of(experiments)
    local titles = {}
    for key, experiment in pairs(experiments or {}) do
        titles[key] = rawget(experiment, "title")
    end
    return next(titles) and titles
end

-- The entry of each kind has what --json prints; a missing key is one that the policy
-- leaves open.
local describe = {}

function describe.workspace(workspace)
    local limits, shared = {}, workspace.shared_job_temp
    for key, limit in pairs(workspace.limits) do
        limits[key] = key == "wall_time" and wall_time(limit) or limit
    end
    return {
        title = workspace.title, accounts = workspace.accounts,
        account = workspace.account, parent = workspace.parent,
        clusters = workspace.clusters, default_cluster = workspace.default_cluster,
        partitions = workspace.partitions, users = sorted_list(workspace.users),
        groups = sorted_list(workspace.groups),
        administrators = sorted_list(workspace.administrators),
        volumes = names_of(workspace.volumes), frameworks = workspace.frameworks,
        experiments = sorted_list(workspace.experiments),
        experiment_titles = titles_of(workspace.experiments),
        default_experiment = workspace.default_experiment, qos = workspace.qos,
        limits = limits, default_wall_time = wall_time(workspace.default_wall_time),
        environment = workspace.environment,
        compat = workspace.compat,
        shared_job_temp = shared and table.concat({ shared.volume, shared.below }, "/"),
    }
end

function describe.cluster(cluster)
    return { partition = cluster.partition, kind = cluster.kind, size = cluster.size,
        gpus_per_node = cluster.gpus_per_node, setup = cluster.setup,
        job_temp = cluster.job_temp }
end

function describe.volume(volume)
    local shown = copy.merged({ what = volume_kind.what(volume) }, volume)
    shown.label = nil
    return shown
end

-- A port of 0 is one that the portmapper tells, and is left out.
function describe.file_server(server)
    return { host = server.host, version = server.version, driver = server.driver,
        port = server.port ~= 0 and server.port or nil,
        mount_port = server.mount_port ~= 0 and server.mount_port or nil,
        deadline = server.deadline, connections = server.connections,
        recovery = server.recovery, timeout = server.timeout,
        attribute_cache = server.attribute_cache, locks = server.locks,
        on_failure = server.on_failure }
end

-- What a list of each kind shows, beside the name.
local COLUMNS = {
    workspace = { "account", "clusters", "volumes", "title" },
    cluster = { "partition", "kind", "size" },
    volume = { "kind", "what", "mode", "place" },
    file_server = { "host", "driver", "on_failure" },
}

-- What one entry shows, in this order.
local LINES = {
    workspace = { "title", "account", "accounts", "parent", "clusters", "default_cluster",
        "partitions", "users", "groups", "administrators", "volumes", "frameworks",
        "experiments", "experiment_titles", "default_experiment", "qos", "limits", "default_wall_time",
        "environment", "shared_job_temp", "compat" },
    cluster = { "partition", "kind", "gpus_per_node", "size", "setup", "job_temp" },
    volume = { "kind", "server", "host", "export", "source", "path", "size", "credentials",
        "config", "cache", "command", "mode", "driver", "place", "probe",
        "subdirectories", "on_failure" },
    file_server = { "host", "port", "mount_port", "version", "driver", "connections",
        "deadline", "recovery", "timeout", "attribute_cache", "locks",
        "on_failure" },
}

-- What a list shows for a key that the policy leaves out.
local OPEN = { frameworks = "all", experiments = "any name" }

local function text_of(key, value)
    if value == nil then
        return OPEN[key] or ""
    elseif type(value) ~= "table" then
        return tostring(value)
    elseif #value > 0 then
        return table.concat(value, ", ")
    end
    local words = {}
    for index, word in ipairs(name.sorted_keys(value)) do
        words[index] = word .. "=" .. tostring(value[word])
    end
    return table.concat(words, ", ")
end

local function label(key)
    return (key:gsub("_", " "))
end

local function rows_of_one(kind, entry)
    local rows = { { label(kind), entry.name } }
    for _, key in ipairs(LINES[kind]) do
        local text = text_of(key, entry[key])
        if text ~= "" then
            rows[#rows + 1] = { label(key), text }
        end
    end
    rows[#rows + 1] = { "declared", entry.file .. ":" .. (entry.line or "?") }
    return rows
end

-- The columns of a list of this kind.
function policy_entries.columns(kind)
    local columns = { label(kind) }
    for _, key in ipairs(COLUMNS[kind]) do
        columns[#columns + 1] = label(key)
    end
    return columns
end

local function rows_of_all(kind, entries)
    local rows = {}
    for _, entry in ipairs(entries) do
        local row = { entry.name }
        for _, key in ipairs(COLUMNS[kind]) do
            row[#row + 1] = text_of(key, entry[key])
        end
        rows[#rows + 1] = row
    end
    return rows
end

local function entry_of(kind, key, declared)
    local entry = describe[kind](declared)
    entry.name, entry.file, entry.line = key, declared.file, declared.line
    return entry
end

-- `asked`: { kind = "workspace", "cluster", "volume" or "file_server", name = nil or one,
-- viewer (visible_policy.lua) }. Returns the entry and rows of a key and its value; or the list
-- of all, and their rows under policy_entries.columns; or nil and a sentence, which is the same
-- for an entry that does not exist and for one of others.
function policy_entries.show(policy, asked)
    local declared = visible_policy.of(policy, asked.viewer)[asked.kind .. "s"]
    local names = name.sorted_keys(declared)
    if asked.name == nil and #names == 0 and asked.viewer then
        return nil, "the policy has no " .. label(asked.kind) .. " of yours: ask your "
            .. "administrator"
    elseif asked.name == nil then
        local entries = {}
        for index, key in ipairs(names) do
            entries[index] = entry_of(asked.kind, key, declared[key])
        end
        return entries, rows_of_all(asked.kind, entries)
    elseif declared[asked.name] == nil then
        local advice = nearest.advice(asked.name, names)
        return nil, "the policy has no " .. label(asked.kind) .. " `"
            .. name.quote(asked.name) .. "`" .. (asked.viewer and " of yours" or "")
            .. (advice and ": " .. advice or "")
    end
    local entry = entry_of(asked.kind, asked.name, declared[asked.name])
    return entry, rows_of_one(asked.kind, entry)
end

return policy_entries
