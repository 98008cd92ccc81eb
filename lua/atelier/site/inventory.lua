-- inventory.lua: what the policy names that Slurm does not know.

local volume_kind = require("atelier.policy.volume_kind")
local name = require("atelier.base.name")
local nearest = require("atelier.base.nearest")
local set_of = require("atelier.base.set").of

local inventory = {}

local QUESTIONS = {
    { name = "partitions", argv = { "sinfo", "-h", "-a", "-o", "%R" }, fields = { "name" } },
    { name = "qos", argv = { "sacctmgr", "-nP", "show", "qos", "format=Name" },
        fields = { "name" } },
    { name = "accounts", argv = { "sacctmgr", "-nP", "show", "account",
        "format=Account,Organization" }, fields = { "account", "organization" } },
}

-- Adds the questions whose answers `check` judges. `how`: { advice, optional }.
function inventory.ask(questions, how)
    for _, one in ipairs(QUESTIONS) do
        questions[#questions + 1] = { name = one.name, argv = one.argv, fields = one.fields,
            advice = how.advice, optional = how.optional }
    end
end

local function column(rows, field)
    local words = {}
    for index, row in ipairs(rows) do
        words[index] = row[field]:lower()
    end
    return words
end

local function place(entry)
    return " (" .. entry.file .. ":" .. (entry.line or "?") .. ")"
end

-- Adds a sentence unless `known`, a list of rows or nil when nobody asked, has `word`.
local function expect(problems, known, field, word, sentence, advice)
    if known == nil then
        return
    end
    local words = column(known, field)
    if not set_of(words)[word:lower()] then
        advice = advice or nearest.advice(word:lower(), words)
        problems[#problems + 1] = sentence .. (advice and ": " .. advice or "")
    end
end

local function check_clusters(policy, known, problems)
    for _, key in ipairs(name.sorted_keys(policy.clusters)) do
        local cluster = policy.clusters[key]
        for _, partition in ipairs(cluster.partition) do
            expect(problems, known.partitions, "name", partition,
                "cluster `" .. key .. "`" .. place(cluster)
                    .. ": Slurm has no partition `" .. partition .. "`")
        end
    end
end

local APPLY = "`atelier policy apply` creates it"

local function check_workspaces(policy, known, problems)
    for _, key in ipairs(policy.names) do
        local workspace = policy.workspaces[key]
        local label = "workspace `" .. key .. "`" .. place(workspace) .. ": Slurm "
        expect(problems, known.accounts, "account", workspace.account,
            label .. "has no account `" .. workspace.account .. "`", APPLY)
        for _, priority in ipairs(name.sorted_keys(workspace.qos or {})) do
            local qos = workspace.qos[priority]
            expect(problems, known.qos, "name", qos, label .. "has no QOS `" .. qos .. "`",
                APPLY)
        end
    end
end

-- The keys of a volume that name something on the node.
local ON_NODE = { place = "directory", path = "directory", cache = "directory",
    credentials = "file", config = "file" }

-- Without rpc.statd the kernel's client keeps the locks of version 3 on the node.
local STATUS_DAEMON = "/run/rpc.statd.pid"

-- What the volumes need on a node: { what (a sentence's beginning), path, type =
-- "directory" or "file" }, in the order of their names.
function inventory.on_node(policy)
    local needed = {}
    for _, key in ipairs(name.sorted_keys(policy.volumes)) do
        local volume = policy.volumes[key]
        local function need(word, path, what)
            needed[#needed + 1] = { what = "volume `" .. key .. "`" .. place(volume)
                .. ": its " .. word, path = path, type = what }
        end
        for _, word in ipairs(name.sorted_keys(ON_NODE)) do
            if volume[word] then
                need(word, volume[word], ON_NODE[word])
            end
        end
        if volume.driver == "kernel" and volume.version == 3 and volume.locks == "server" then
            need("locks are to be the server's, by rpc.statd, whose", STATUS_DAEMON, "file")
        end
        if volume.command then
            need("command", volume.command[1], "file")
        end
    end
    return needed
end

-- `where` says on which nodes, when not on all.
local function note_output(found, where, notes)
    if #found > 0 then
        local many = #found > 1
        notes[#notes + 1] = "volume" .. (many and "s " or " ") .. table.concat(found, ", ")
            .. ": while " .. (many and "their" or "its") .. " server is away, a job with its "
            .. "output there (-o, -e) cannot be cancelled and outlives its time limit" .. where
            .. ": keep output on a volume whose file server has driver = \"libnfs\" or "
            .. "recovery = \"soft\""
    end
end

local function note_outputs(policy, notes)
    local some, all = {}, {}
    for _, key in ipairs(name.sorted_keys(policy.volumes)) do
        local volume = policy.volumes[key]
        if volume_kind.holds_root(volume) then
            local found = volume.driver == "auto" and some or all
            found[#found + 1] = "`" .. key .. "`" .. place(volume)
        end
    end
    note_output(some, ", on nodes that use the kernel's NFS client", notes)
    note_output(all, "", notes)
end

local function counted(entries, noun)
    local count = #name.sorted_keys(entries)
    return count .. " " .. noun .. (count == 1 and "" or "s")
end

local function overview(policy)
    return table.concat({ counted(policy.workspaces, "workspace"),
        counted(policy.clusters, "cluster"), counted(policy.volumes, "volume"),
        counted(policy.file_servers, "file server") }, ", ")
end

-- `known`: { partitions = { { name } }, accounts = { { account } }, qos = { { name } } },
-- each nil when Slurm was not asked. Returns { problems (sentences), notes, overview }.
function inventory.check(policy, known)
    local problems = {}
    check_clusters(policy, known, problems)
    check_workspaces(policy, known, problems)
    local notes = { (table.unpack or unpack)(policy.notes) }
    note_outputs(policy, notes)
    return { problems = problems, notes = notes, overview = overview(policy) }
end

return inventory
