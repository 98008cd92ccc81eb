-- Settings that no layout of a job has room for: what a launcher declares, and what is open.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local engine = require("atelier.engine")
local room = require("atelier.decide.framework_room")

local policy = engine.load([[
cluster "cpu" { partition = "cpu" }
workspace "vision" { account = "vision", clusters = { "cpu" }, users = { "alice" },
    groups = { "vision" }, limits = { nodes = 3 } }]], "policy.lua")

-- What a submission to vision is told, alice's if nobody else's.
local function told(asked, decided)
    asked.user, decided.workspace = asked.user or "alice", "vision"
    local refused = room.refuses(policy, asked, decided)
    return refused and refused.text, refused
end

tap.is(room.refusal("tensorflow:ps=5", 2), "--framework=tensorflow:ps=5: `ps=5` needs as many "
    .. "nodes, and the job has 2 at most: allocate more by --nodes, or ask for fewer",
    "more parameter servers than nodes")
for framework, nodes in pairs({
    ["tensorflow:chief,ps=2"] = 2, ["tensorflow:ps=1"] = 65533, ["tensorflow"] = 1,
    ["tensorflow:ps=,ps"] = 1, ["pytorch:init=tcp"] = 1, ["accelerate:ps=5"] = 1,
    ["none-such:ps=5"] = 1, ["../tensorflow:ps=5"] = 1, [":ps=5"] = 1,
}) do
    tap.is(room.refusal(framework, nodes), nil, framework .. " is left to the step")
end
for _, framework in ipairs({ "caffe2", "caffe2:", "pytorch:init=file" }) do
    local sentence = "--framework=" .. framework .. " meets by files, in a directory that all "
        .. "nodes share: add the setting directory=/mnt/atelier/VOLUME/DIRECTORY to it"
    tap.is(room.refusal(framework), sentence, framework .. " without a directory")
    tap.is(room.refusal(framework, 2), sentence, "... whatever the number of nodes")
    tap.is(room.refusal(framework, 2, true), nil, "... where the job has none of its own")
    tap.is((told({ framework = framework }, {})), sentence, "... as is a submission")
    tap.is(told({ framework = framework }, { has_directory = true }), nil,
        "... but for a workspace that gives one")
end
for _, framework in ipairs({ "caffe2:directory=/d", "pytorch:init=file,directory=/d",
    "pytorch:directory=/d,init=file", "pytorch", "mpi", "none-such" }) do
    tap.is(room.refusal(framework), nil, framework .. " needs no more")
end
tap.is(room.refusal("tensorflow:ps=5", nil), nil, "so is an open number of nodes")
for most, sizes in pairs({ [2] = { tasks = 2 }, [3] = { tasks = 8, max_nodes = 3 },
    [1] = { tasks = 1, max_nodes = 3 } }) do
    sizes.framework = "tensorflow:ps=5"
    tap.has(told(sizes, {}), "the job has " .. most .. " at most",
        "no more nodes than tasks: " .. most)
end
tap.is(told({ framework = "tensorflow:ps=5" }, {}), nil, "... where any are said")

-- The limit of nodes is the workspace's: a member hears of it, and nobody who may be none.
local function asked_of(user, groups)
    local asked = { user = user, groups = groups, workspace = "vision", tasks = 60,
        framework = "tensorflow:ps=50" }
    return told(asked, engine.submit(policy, asked))
end
tap.has(asked_of("alice"), "the job has 3 at most", "a member by name")
tap.has(asked_of("dave", { "vision" }), "the job has 3 at most", "a member by group")
local text, refused = asked_of("mallory")
tap.has(text, "is not one of yours, or does not allow what the job asks for",
    "whoever may be a stranger")
tap.has(refused.withheld and refused.withheld.text, "the job has 3 at most", "... for the log")

tap.is(room.refusal(nil, 2), nil, "and a job without a framework")
tap.is(package.loaded["support.number"], nil, "modules of launchers are not slurmctld's")
tap.done()
