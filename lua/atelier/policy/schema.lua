-- schema.lua: what the policy file may declare: the keys of each kind and their types.
--
-- A key is { type, required = true or default = value }, and further:
--   required = function   of the declaration's keys, that says whether it is
--   keys    instead of a type: the keys of the table that it holds
--   each    instead of a type: the keys of each of the named tables that it holds
--   note    what nothing enforces yet: a sentence's end, or a function of the value that
--           gives one or nil

local agreed = require("atelier.base.agreed")
local collection = require("atelier.policy.collection")
local volume_kind = require("atelier.policy.volume_kind")
local volume_place = require("atelier.policy.volume_place")
local shared_temp = require("atelier.policy.shared_temp")
local value = require("atelier.policy.value")

local FRAMEWORKS_CHARACTERS = agreed.PLAN_PATH_MAX -- on the node, separated by commas
local COUNT_MAX = 1e9

local count = { value.whole(0, COUNT_MAX) }
local some = { value.whole(1, COUNT_MAX) }
local wall_time = { value.wall_time }

local function list_of(given)
    return type(given) == "table" and given or { given }
end

local function lower_all(given)
    local accounts = {}
    for index, account in ipairs(given) do
        accounts[index] = account:lower()
    end
    return accounts
end

-- Slurm keeps accounts and QOS in lower case.
local slurm_name = { value.kept_as(value.name, string.lower) }

local qos = { low = slurm_name, normal = slurm_name, high = slurm_name }

-- What one job may ask for; Slurm's associations know no experiments.
local job_limits = { nodes = count, gpus = count, wall_time = wall_time }

local limits = {
    nodes = count, gpus = count, running_jobs = count, submitted_jobs = count,
    wall_time = wall_time, gpu_hours = count,
}

-- An empty list would read as "none" to some and as "all" to others.
local frameworks = { collection.names({ least = 1, characters = FRAMEWORKS_CHARACTERS,
    advice = "leave the key out to allow every framework" }) }

local experiment = {
    title = { value.text },
    users = { collection.members },
    groups = { collection.members },
    clusters = { collection.names({ least = 1 }) },
    default_cluster = { value.name },
    volumes = { collection.names({ most = agreed.PLAN_DECLARED_MAX }) },
    frameworks = frameworks,
    environment = { collection.environment },
    qos = { keys = qos },
    limits = { keys = job_limits },
    default_wall_time = wall_time,
}

return {
    file_server = {
        host = { value.host, required = true },
        port = { value.whole(0, agreed.PORT_MAX), default = 0 }, -- 0: ask the portmapper
        mount_port = { value.whole(0, agreed.PORT_MAX), default = 0 },
        version = { value.whole(agreed.NFS_VERSION_LEAST, agreed.NFS_VERSION_MOST), default = agreed.NFS_VERSION },
        driver = { value.choice("auto kernel libnfs"), default = "auto" },
        connections = { value.whole(1, agreed.NFS_CONNECTIONS_MAX) },
        deadline = { value.seconds, default = agreed.VOLUME_DEADLINE },
        recovery = { value.choice(agreed.NFS_RECOVERIES), default = "hard" },
        timeout = { value.number(1, agreed.NFS_TIMEOUT_MAX) },
        attribute_cache = { value.number(0, agreed.NFS_ATTRIBUTE_CACHE_MAX) },
        locks = { value.choice(agreed.NFS_LOCKS), default = "server" },
        on_failure = { value.choice(agreed.VOLUME_FAILURES) },
    },
    volume = {
        kind = { value.choice(agreed.VOLUME_KINDS), default = agreed.VOLUME_KIND },
        server = { value.name, required = volume_kind.needs("server") },
        export = { value.path, required = volume_kind.needs("export") },
        source = { value.source, required = volume_kind.needs("source") },
        path = { value.path, required = volume_kind.needs("path") },
        size = { value.size },
        credentials = { value.option_path, required = volume_kind.needs("credentials") },
        config = { value.option_path, required = volume_kind.needs("config") },
        cache = { value.path },
        command = { collection.command, required = volume_kind.needs("command") },
        deadline = { value.seconds },
        on_failure = { value.choice(agreed.VOLUME_FAILURES) },
        place = { volume_place.type },
        mode = { value.choice(agreed.VOLUME_MODES), default = "rw" },
        probe = { value.choice(agreed.VOLUME_PROBES) },
        subdirectories = { collection.relative_paths },
    },
    cluster = {
        partition = { value.kept_as(collection.name_or_names, list_of), required = true },
        kind = { value.text },
        gpus_per_node = { value.whole(0, 1024) },
        size = { keys = { min = count, max = some, initial = count, target = count },
            note = "no node is started or stopped" },
        setup = { value.path, note = "no node runs it" },
        job_temp = { value.path },
    },
    workspace = {
        title = { value.text },
        account = { slurm_name[1], required = true },
        accounts = { value.kept_as(collection.names(), lower_all), default = {} },
        parent = slurm_name,
        clusters = { collection.names({ least = 1 }), required = true },
        default_cluster = { value.name },
        users = { collection.members, default = {} },
        groups = { collection.members, default = {} },
        administrators = { collection.members, default = {} },
        volumes = { collection.names({ most = agreed.PLAN_DECLARED_MAX }), default = {} },
        frameworks = frameworks,
        experiments = { each = experiment, kind = "experiment",
            advice = "leave the key out to allow every name" },
        default_experiment = { value.name },
        qos = { keys = qos },
        limits = { keys = limits, default = {} },
        default_wall_time = wall_time,
        environment = { collection.environment, default = {} },
        shared_job_temp = { shared_temp.type },
        compat = { value.choice(agreed.COMPAT_BATCHAI .. " " .. agreed.COMPAT_NONE) },
    },
}
