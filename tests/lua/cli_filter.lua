-- cli_filter.lua: the same refusals, early; and silence whenever something is not sure.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local recording = require("recording")
local site = require("site")
local slurmctld = require("slurmctld")

slurmctld.start()
local pipe = assert(io.popen("mktemp -d"))
local directory = pipe:read("*l")
pipe:close()

local function write(text)
    local file = assert(io.open(directory .. "/policy.lua", "wb"))
    file:write(text)
    file:close()
end

-- Each defines Slurm's three functions anew.
local function copy(path)
    local source = assert(io.open(top .. path, "rb"))
    local text = source:read("*a"):gsub("@(%l+)@", { luadir = top .. "/lua", policydir = directory })
    source:close()
    assert((loadstring or load)(text, "=cli_filter.lua"))()
end

-- Its sentences go to standard error, and it ends sbatch, which this is not.
local said = {}
local real_stderr, real_exit = io.stderr, os.exit
io.stderr = { write = function(_, ...) said[#said + 1] = table.concat({ ... }) end }
os.exit = function(status) said[#said + 1] = "exit " .. status end
local function last_said()
    local text = table.concat(said)
    said = {}
    return text
end

-- Whoever runs the test, the command is one of user 4000000, whom the user database calls alice.
local name, own_uid, stated, release = "alice", "4000000", "4000000", "22.05"
local real_getenv, real_lines = os.getenv, io.lines
os.getenv = function(variable)
    return variable == "USER" and name or nil
end
io.lines = function(path)
    if path ~= "/proc/self/status" then
        return real_lines(path)
    end
    return ("Name:\tsbatch\nUid:\t" .. own_uid .. "\t1\t1\t1\nGid:\t7\n"):gmatch("[^\n]+")
end
package.loaded["atelier.slurmctld.trust"] = { user_name = function(uid)
    return uid == 4000000 and "alice" or nil
end }

-- Slurm's options: those that are given, and what it says where nothing is.
local function filtered(given)
    local unset = recording.find(recording.read(release, "cli_filter"), "pre_submit sbatch_plain").fields
    unset.uid = stated
    return slurm_cli_pre_submit(setmetatable(given, { __index = unset }), 0)
end

local function filter(workspace, more)
    local options = more or {}
    options.spank = { atelier = { workspace = workspace, check = "unset" } }
    return filtered(options)
end

local function look_at_all()
    write(site.text)
    tap.is(filter("vision"), 0, "a job that slurmctld will take")
    tap.is(filter("nlp"), -1, "one that it will not")
    local refused = last_said()
    tap.has(refused, ": error: atelier: workspace `nlp` is not one of yours: choose vision\n", "... said")
    tap.ok(refused:find("\nexit 1$"), "... which ends the command")
    tap.is(filter("vision", { partition = "gpu" }), -1, "a wrong partition")
    tap.is(filter("vision", { account = "nlp" }), -1, "a wrong account")
    tap.is(filtered({}), 0, "a job without options")
    tap.is(slurm_cli_setup_defaults({}, false) + slurm_cli_post_submit(0, 1, 1), 0, "other hooks")
    local limited = site.text:gsub('workspace "vision" {',
        'workspace "vision" { limits = { nodes = 2, wall_time = 60 },', 1)
    write(limited)
    tap.is(filter("vision", { nodes = "3-4", time = "00:10:00" }), -1, "more nodes than the limit")
    tap.has(last_said(), "3 nodes are over the limit", "... said")
    tap.is(filter("vision", { nodes = "1-0", time = "01:01:00" }), -1, "more time than the limit")
    tap.is(filter("vision", { nodes = "2", time = "01:00:00" }), 0, "no more than the limit")
    tap.is(filter("vision", { nodes = "1-0", time = "2982616-04:14:00" }), 0,
        "as Slurm writes what is not given")
    tap.is(filter("vision", { time = "UNLIMITED" }), 0, "what is not known is left to slurmctld")
    write(limited .. 'route = function(job) job.time_limit = 1 end')
    tap.is(filter("vision", { time = "02:00:00" }), 0, "and so is what a route may change")
    write(site.text .. 'route = function() refuse("no") end')
    tap.is(filter("vision"), 0, "what route says is left to slurmctld")
    write(site.text:gsub('users = { "bob", "carol" }', 'groups = { "nlp" }') .. "")
    tap.is(filter("nlp"), 0, "and so is who is in a group")
    tap.is(filter("nlp", { partition = "nothing" }), 0, "... who may be told more, and a stranger not")

    write(site.text)
    last_said()
    local function alone(given)
        return filtered({ spank = { atelier = given } })
    end
    tap.is(alone({ experiment = "e" }), -1, "an experiment where nobody has a default workspace")
    tap.has(last_said(), "--experiment=e needs --workspace", "... said")
    tap.is(alone({ check = "unset" }), 0, "a flag that is not given is none")
    tap.is(alone({ check = "set" }), -1, "and one that is needs a workspace, too")
    tap.has(last_said(), "atelier: --check needs --workspace", "... said")
    write(site.text .. "default_workspace = function() end")
    tap.is(alone({ experiment = "e" }), 0, "whose default is whose is left to slurmctld")
    write(site.text)
    name = "root"
    tap.is(filter("nlp"), 0, "a user name of another uid is not believed")
    name = nil
    tap.is(filter("nlp"), 0, "nor none")
    name = "alice"
    for what, broken in pairs({ ["a broken policy"] = site.text .. "{", ["a loop"] = "while true do end",
        ["an empty policy"] = "" }) do
        write(broken)
        tap.is(filter("nlp"), 0, what .. " stops nobody")
    end
    os.remove(directory .. "/policy.lua")
    tap.is(filter("nlp"), 0, "nor does none")
    tap.is(last_said() .. slurmctld.last_logged(), "", "and nothing is said")
end

-- From 23.02 on Slurm gives nobody's number where no --uid is given.
copy("/lua/cli_filter.lua.in")
look_at_all()
stated, release = "99", "26.05"
look_at_all()

-- A site's own copy stays when Atelier is upgraded.
copy("/tests/lua/fixtures/cli-filter-before-folders.lua")
stated, release = "4000000", "22.05"
look_at_all()
stated, release = "99", "26.05"
look_at_all()

copy("/lua/cli_filter.lua.in")
slurmctld.last_verbose()
-- The job is left to slurmctld, and a verbose command says why.
local function left(what, reason)
    tap.is(filter("nlp"), 0, what .. " is left to slurmctld")
    tap.is(last_said() .. slurmctld.last_logged(), "", "... and nothing is said")
    tap.has(slurmctld.last_verbose(), "atelier: cli_filter leaves this job to slurmctld: " .. reason,
        "... but to who asks")
end
write(site.text)
tap.is(filter("vision"), 0, "a good job")
tap.is(slurmctld.last_verbose(), "", "... about which nothing is to be said")
name = "bob"
tap.is(filter("vision"), 0, "a job that would be refused to a $USER that lies")
tap.is(last_said(), "", "... and is not to its user, who may be a member")
tap.is(filter("nlp"), 0, "what would be given to a $USER that lies")
name = "nobody-of-this-name"
left("a $USER of no user", "$USER is not the name that the user database has for uid 4000000")
name, own_uid = "alice", "4000001"
left("a user without a name", "$USER is not the name")
own_uid = "0"
left("a job of root, who may submit for user 99", "it is submitted by root")
own_uid, stated = "4000000", "4000007"
left("a job for another user", "it is submitted by root, or for another user")
stated = "99"
write(site.text .. "{")
left("a job where the policy is broken", "policy.lua:21: unexpected symbol near")
write("while true do end")
left("a job where the policy does not end", "the policy takes too long to load (")
os.remove(directory .. "/policy.lua")
left("a job where there is no policy", directory .. "/policy.lua: No such file")
write(site.text)
local engine = require("atelier.engine")
local real_submit = engine.submit
engine.submit = function() error("it broke") end
left("a job on which the engine fails", "")
engine.submit = real_submit

-- What each release was seen to give of each submission: a member's job is looked at and left, and
-- another's refused.
own_uid, name = "1001", "alice"
package.loaded["atelier.slurmctld.trust"] = { user_name = function() return name end }
local function look_at_recorded(known_release)
    local count = 0
    for _, one in ipairs(recording.read(known_release, "cli_filter")) do
        local asks = one.fields.spank.atelier.workspace ~= nil
        local of_root = one.title:find("root") or one.title:find("uid") or one.title:find("modified")
        own_uid = of_root and "0" or "1001"
        name = "alice"
        tap.is(slurm_cli_pre_submit(one.fields, 0), 0, known_release .. ": " .. one.title)
        name = "bob"
        tap.is(slurm_cli_pre_submit(one.fields, 0), asks and not of_root and -1 or 0,
            known_release .. ": " .. one.title .. ", of another")
        count = count + (asks and 1 or 0)
        last_said()
    end
    tap.ok(count > 7, known_release .. " has jobs with a workspace")
end
write((site.text:gsub('groups = { "vision" },', "", 1)))
for _, known_release in ipairs(recording.RELEASES) do
    look_at_recorded(known_release)
end

copy("/lua/cli_filter.lua.in")
write(site.text)
package.loaded["atelier.early_refusal"] = nil
local real_path = package.path
package.path, package.cpath = "/nothing/?.lua", "" -- where this runs may be an atelier.so
tap.is(filter("nlp"), 0, "where Atelier is not there nobody is stopped")
tap.is(last_said() .. slurmctld.last_logged(), "", "and nothing is said")
tap.has(slurmctld.last_verbose(), "atelier: cli_filter has no policy engine: module ", "... but to who asks")
package.path = real_path
os.remove(directory .. "/policy.lua")
io.stderr, os.exit = real_stderr, real_exit
os.getenv, io.lines = real_getenv, real_lines
os.remove(directory)
tap.done()
