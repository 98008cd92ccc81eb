-- What the policy declares, in rows and entries; and what Slurm does not know of it.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local inventory = require("atelier.site.inventory")
local show = require("atelier.show.policy_entries")
local site = require("site")

local policy = site.policy()

local function text(kind, name)
    local _, rows = show.show(policy, { kind = kind, name = name })
    local lines = { not name and table.concat(show.columns(kind), "|") or nil }
    for _, row in ipairs(rows) do
        lines[#lines + 1] = table.concat(row, "|")
    end
    return table.concat(lines, "\n")
end

tap.is(text("workspace"), "workspace|account|clusters|volumes|title\n"
    .. "nlp|nlp|cpu, gpu|scratch|\n"
    .. "vision|vision|cpu, small|datasets, results|Computer vision", "all workspaces")
tap.has(text("workspace", "vision"), "frameworks|pytorch, mpi\nexperiments|any name",
    "one workspace")
tap.has(text("workspace", "vision"), "environment|OMP_NUM_THREADS=1", "its environment")
tap.has(text("workspace", "nlp"), "experiments|bert, t5", "the experiments that it has")
tap.has(text("workspace", "nlp"), "declared|policy.lua:", "where it is declared")
tap.is(text("cluster"), "cluster|partition|kind|size\ncpu|cpu||\ngpu|gpu||\nsmall|debug||",
    "clusters")
tap.has(text("volume", "datasets"), "host|head\nexport|/datasets\nmode|ro", "a volume")
tap.has(text("file_server", "store"), "port|2049\nmount port|20048", "a file server")
tap.is(text("file_server", "other"):find("port", 1, true), nil, "asked by the portmapper")
local entry = show.show(policy, { kind = "workspace", name = "vision" })
tap.is(entry.users[2], "carol", "the entry is for programs")
local none, sentence = show.show(policy, { kind = "file_server", name = "stroe" })
tap.is(none, nil, "no such name")
tap.is(sentence, "the policy has no file server `stroe`: did you mean `store`?", "said")

-- Slurm's side.
local function named(...)
    local rows = {}
    for index, word in ipairs({ ... }) do
        rows[index] = { name = word, account = word }
    end
    return rows
end
local function problems(known)
    return table.concat(inventory.check(policy, known).problems, "\n")
end
tap.is(problems({}), "", "what was not asked is not missing")
tap.is(problems({ partitions = named("debug", "cpu", "gpu"),
    accounts = named("Vision", "nlp") }), "", "all known; Slurm's names have no case")
tap.is(problems({ partitions = named("gpus", "debug", "cpu") }),
    "cluster `gpu` (policy.lua:8): Slurm has no partition `gpu`: did you mean `gpus`?",
    "a partition")
tap.is(problems({ accounts = named("nlp") }), "workspace `vision` (policy.lua:9): Slurm "
    .. "has no account `vision`: `atelier policy apply` creates it", "an account")
local with_qos = assert(require("atelier.engine").load(
    site.text:gsub('account = "nlp",', 'account = "nlp", qos = { high = "fast" },'),
    "policy.lua"))
tap.has(table.concat(inventory.check(with_qos, { qos = named("normal") }).problems),
    "has no QOS `fast`", "a QOS")
tap.is(inventory.check(policy, {}).overview,
    "2 workspaces, 3 clusters, 3 volumes, 2 file servers", "all is counted")

-- What a user sees: what is theirs. `open` has a group, the others are named.
local view = assert(require("atelier.engine").load([[
file_server "a" { host = "a" }
file_server "b" { host = "b" }
volume "v" { server = "a", export = "/v" }
volume "w" { server = "b", export = "/w" }
cluster "cpu" { partition = "cpu" }
cluster "gpu" { partition = "gpu" }
workspace "mine" { account = "m", clusters = { "cpu" }, users = { "alice" }, volumes = { "v" },
    administrators = { "dana" } }
workspace "yours" { account = "y", clusters = { "gpu" }, groups = { "ml" }, volumes = { "w" } }
operators { "olga" }
]], "policy.lua"))
local function seen(kind, user, ...)
    local entries, sentence = show.show(view, { kind = kind,
        viewer = user and { user = user, groups = { ... } } })
    local names = {}
    for index, entry in ipairs(entries or {}) do
        names[index] = entry.name
    end
    return entries and table.concat(names, " ") or sentence
end
for kind, expected in pairs({ workspace = { "mine", "yours" }, cluster = { "cpu", "gpu" },
    volume = { "v", "w" }, file_server = { "a", "b" } }) do
    local both = table.concat(expected, " ")
    tap.is(seen(kind, "alice"), expected[1], "a member sees the workspace's " .. kind)
    tap.is(seen(kind, "bob", "ml"), expected[2], "one by group its " .. kind)
    tap.is(seen(kind, "dana"), expected[1], "an administrator too: " .. kind)
    tap.is(seen(kind, "alice", "ml"), both, "who is in both sees both: " .. kind)
    tap.is(seen(kind, "olga"), both, "an operator sees every " .. kind)
    tap.is(seen(kind, nil), both, "and so does root: " .. kind)
    tap.has(seen(kind, "bob"), "of yours: ask your administrator", "a stranger no " .. kind)
end
for _, wanted in ipairs({ "yours", "youss", "none" }) do
    tap.is(select(2, show.show(view, { kind = "workspace", name = wanted,
        viewer = { user = "alice", groups = {} } })), "the policy has no workspace `" .. wanted
        .. "` of yours: choose mine", "what is others' is as what there is not: " .. wanted)
end
tap.is(select(2, show.show(view, { kind = "workspace", name = "mime",
    viewer = { user = "alice", groups = {} } })), "the policy has no workspace `mime` of yours: "
    .. "did you mean `mine`?", "a typo of one's own is helped")
tap.done()
