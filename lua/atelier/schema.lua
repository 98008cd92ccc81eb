-- schema.lua: what the policy file may declare: the keys of each kind and their types.

local value = require("atelier.value")

local VOLUMES_MAX = 64 -- of one job: each is a process on every node
local FRAMEWORKS_CHARACTERS = 1023 -- the node carries them as one comma-separated text

-- { kind = { key = { type, required = true or default = value } } }
return {
    file_server = {
        host = { value.host, required = true },
        port = { value.port, default = 0 },
        mount_port = { value.port, default = 0 },
        driver = { value.choice({ "libnfs" }), default = "libnfs" },
        deadline = { value.seconds, default = 5 },
    },
    volume = {
        server = { value.name, required = true },
        export = { value.path, required = true },
        mode = { value.choice({ "ro", "rw" }), default = "rw" },
    },
    cluster = {
        partition = { value.name, required = true },
    },
    workspace = {
        title = { value.text },
        account = { value.name, required = true },
        clusters = { value.names({ least = 1 }), required = true },
        default_cluster = { value.name },
        users = { value.members, default = {} },
        groups = { value.members, default = {} },
        volumes = { value.names({ most = VOLUMES_MAX }), default = {} },
        -- An empty list would read as "none" to some and as "all" to others.
        frameworks = { value.names({ least = 1, characters = FRAMEWORKS_CHARACTERS,
            advice = "leave the key out to allow every framework" }) },
        experiments = { value.names({ least = 1,
            advice = "leave the key out to allow every name" }) },
        environment = { value.environment, default = {} },
    },
}
