-- What the policy declares, in rows and entries; and what Slurm does not know of it.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local inventory = require("atelier.inventory")
local show = require("atelier.show")
local site = require("site")

local policy = site.policy()

local function text(kind, name)
    local _, rows = show.show(policy, { kind = kind, name = name })
    local lines = {}
    for index, row in ipairs(rows) do
        lines[index] = table.concat(row, "|")
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
tap.done()
