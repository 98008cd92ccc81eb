-- --mount: its form, what the policy allows, and what the node is told.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local engine = require("atelier.engine")
local site = require("site")

local policy = assert(engine.load([[
file_server "store" { host = "head" }
volume "data"    { server = "store", export = "/data" }
volume "images"  { server = "store", export = "/images", mode = "ro" }
volume "shelf"   { server = "store", export = "/shelf",
    subdirectories = { "train/large", "train", "public", "public/x" } }
volume "foreign" { server = "store", export = "/foreign" }
cluster "cpu" { partition = "cpu" }
workspace "vision" { account = "vision", clusters = { "cpu" }, users = { "alice" },
    volumes = { "data", "images", "shelf" },
    experiments = { free = {}, narrow = { volumes = { "images" } }, bare = { volumes = {} } } }
]], "/etc/atelier/policy.lua"))

local function facts(mount, experiment)
    return { job = 7, uid = 1001, gid = 1001, user = "alice", groups = {}, mount = mount,
        account = "vision", partition = "cpu", node = "n1", workspace = "vision",
        experiment = experiment or "free" }
end

local function plan(mount, experiment)
    return engine.on_node(policy, facts(mount, experiment))
end

local function mounts(text)
    local made, said = plan(text)
    return made and made.mounts or said
end

-- slurmctld and the node say the same.
local function refused(mount, sentence, experiment)
    local none, said = plan(mount, experiment)
    tap.is(none, nil, "refused on the node: " .. mount)
    tap.is(said, sentence, "... in one sentence")
    local decided, refusal = engine.submit(policy, facts(mount, experiment))
    tap.is(decided, nil, "refused at submission: " .. mount)
    tap.is(refusal and refusal.text, sentence, "... in the same sentence")
end

local function shown(list)
    local words = {}
    for index, one in ipairs(list) do
        words[index] = table.concat({ one.volume, one.boundary or "-", one.below or "-",
            one.name, one.mode }, " ")
    end
    return table.concat(words, ", ")
end

local function names(volumes)
    local words = {}
    for index, volume in ipairs(volumes) do
        words[index] = volume.name
    end
    return table.concat(words, ",")
end

-- What is asked for.
tap.is(shown(mounts(nil)), "", "no mount")
tap.is(shown(mounts("data:d")), "data - - d rw", "a volume under another name")
tap.is(shown(mounts("data/a/b.c:d")), "data - a/b.c d rw", "a part of it")
tap.is(shown(mounts("data/a:d:ro")), "data - a d ro", "read-only")
tap.is(shown(mounts("images/a:i")), "images - a i ro", "a read-only volume stays so")
tap.is(shown(mounts("data/a:x,data/b:y:ro,images:z")),
    "data - a x rw, data - b y ro, images - - z ro", "several, in their order")
tap.is(shown(mounts("data/a:x,data/a:x")), "data - a x rw", "the same one twice is one")
tap.is(shown(mounts("data/...:x,data/..a:y")), "data - ... x rw, data - ..a y rw",
    "names that begin with dots")
tap.is(shown(mounts("data/" .. ("a"):rep(255) .. ":x")), "data - " .. ("a"):rep(255)
    .. " x rw", "the longest component")

-- subdirectories: these, what is below them, and nothing else.
tap.is(names(plan(nil).volumes), "data,images", "a volume of parts is not mounted whole")
tap.is(names(plan("data:d").volumes), "data,images", "... nor when others are asked for")
tap.is(names(plan("shelf/train:t").volumes), "data,images,shelf", "... but for its parts")
tap.is(table.concat(plan("shelf/train:t").volumes[3].subdirectories, " "),
    "train/large train public public/x", "... of which the node is told")
tap.is(plan("shelf/train:t").volumes[1].subdirectories, nil, "the others are whole")
tap.is(shown(mounts("shelf/train:t")), "shelf train - t rw", "an allowed part")
tap.is(shown(mounts("shelf/train/large/a:t:ro")), "shelf train large/a t ro",
    "below one: no link leaves the widest")
tap.is(shown(mounts("shelf/public/x:p")), "shelf public x p rw", "below another")
for _, path in ipairs({ "trains", "tra", "x", "large", "publi", "train.large" }) do
    refused("shelf/" .. path .. ":t", "volume `shelf` has `" .. path
        .. "` for nobody: choose train/large, train, public or public/x below it")
end
refused("shelf:s",
    "volume `shelf` has `all of it` for nobody: choose train/large, train, public or public/x below it")

-- What the policy does not give.
refused("foreign:f", "workspace `vision` has no volume `foreign`: choose data, images or shelf")
refused("gone/a:f", "workspace `vision` has no volume `gone`: choose data, images or shelf")
refused("data:d", "experiment `narrow` of workspace `vision` has no volume `data`: "
    .. "choose images", "narrow")
refused("data:d", "experiment `bare` of workspace `vision` has no volume `data`", "bare")
refused("data:images", "--mount: `images` is the name of a volume: choose another")
refused("data:data", "--mount: `data` is the name of a volume: choose another")
refused("data/a:shelf", "--mount: `shelf` is the name of a volume: choose another")
refused("data/a:x,data/b:x", "--mount gives the name `x` twice: choose another")
refused("data/a:x,data/a:x:ro", "--mount gives the name `x` twice: choose another")

-- Sixty-four in all.
local function many(count)
    local items = {}
    for index = 1, count do
        items[index] = "data:m" .. index
    end
    return table.concat(items, ",")
end
tap.is(#mounts(many(62)), 62, "two volumes and sixty-two mounts")
refused(many(63), "--mount: 63 mounts and 2 volumes are more than a job's 64")
tap.is(#mounts(("data:m,"):rep(1169) .. "data/a:nn"), 2, "8192 bytes")
refused(("data:m,"):rep(1171), "--mount is longer than 8192 bytes")

-- A1: no form but the one.
local FORM = "; write VOLUME[/SUB]:NAME[:ro]"
local NAME = "use letters, digits, `.`, `_` and `-`, the first a letter or a digit, at most 64"
local PATH = "use letters, digits and `._+=@-` between single slashes, no `.` or `..`"
local function no_volume(item, word)
    refused(item, "--mount=" .. item .. ": `" .. word .. "` is no volume's name: " .. NAME .. FORM)
end
local function no_path(item, word)
    refused(item, "--mount=" .. item .. ": `" .. word .. "` is no path below a volume: "
        .. PATH .. FORM)
end
local function no_name(item, word)
    refused(item, "--mount=" .. item .. ": `" .. word .. "` is no name: " .. NAME .. FORM)
end
local function missing(item, part)
    refused(item, "--mount=" .. item .. ": the " .. part .. " is missing" .. FORM)
end
missing("", "volume's name")
missing(":x", "volume's name")
missing("/etc:x", "volume's name")
missing("data/:x", "path below a volume")
missing("data", "name")
missing("data:", "name")
missing("data/a::ro", "name")
no_volume("../data:x", "..")
no_volume("a;b:x", "a;b")
no_path("data//a:x", "/a")
no_path("data/a/:x", "a/")
no_path("data/.:x", ".")
no_path("data/..:x", "..")
no_path("data/../..:x", "../..")
no_path("data/a/../b:x", "a/../b")
no_path("data/a b:x", "a b")
no_path("data/$(id):x", "$(id)")
no_path("data/%n:x", "%n")
no_path("data/a\\b:x", "a\\b")
no_name("data:a/b", "a/b")
no_name("data:..", "..")
no_name("data:/etc", "/etc")
for _, word in ipairs({ "rw", "suid", "", "ro:ro", "RO" }) do
    refused("data:x:" .. word, "--mount=data:x:" .. word .. ": only `ro` may follow the name"
        .. FORM)
end
refused("data:x,", "--mount=: the volume's name is missing" .. FORM)
refused("data/" .. ("a"):rep(256) .. ":x", "--mount=data/" .. ("a"):rep(59) .. "...: `"
    .. ("a"):rep(64) .. "...` is no path below a volume: " .. PATH .. FORM)
for _, word in ipairs(site.hostile) do
    if word ~= "vision." then
        for _, item in ipairs({ word .. ":x", "data/" .. word .. ":/", "data:" .. word,
            "data:x:" .. word }) do
            local none, said = plan(item)
            tap.ok(none == nil and not said:find("[^ -~]") and #said < 400,
                "refused in one clean line: " .. item)
        end
    end
end
tap.is(select(2, engine.submit(policy, { user = "alice", mount = "data:x" })).text,
    "--mount=data:x needs --workspace", "a mount without a workspace")

-- A stranger learns nothing of volumes.
local stranger = facts("foreign:f")
stranger.user = "mallory"
tap.has(select(2, engine.on_node(policy, stranger)), "workspace `vision` is not one of yours",
    "a stranger is told of no volume")

stranger.mount = "../x:y"
tap.has(select(2, engine.on_node(policy, stranger)), "`..` is no volume's name",
    "the form is looked at before anything is looked up")

-- What explain tells.
local told = engine.explain(policy, facts("shelf/train/a:t,data:d:ro"))
tap.is(told.mounts[1].name .. told.mounts[1].volume .. told.mounts[1].path
    .. told.mounts[1].mode, "tshelftrain/arw", "explain has the mounts")
tap.is(told.mounts[2].path, nil, "... of a whole volume, too")
tap.is(told.volumes[3].why, "a volume of workspace `vision`; only --mount shows "
    .. "train/large, train, public or public/x", "... and says what is not shown whole")
tap.is(#engine.explain(policy, facts("gone:x")).mounts, 0, "nothing of a refused job")
tap.done()
