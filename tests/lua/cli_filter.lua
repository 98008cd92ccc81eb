-- cli_filter.lua: the same refusals, early; and silence whenever something is not sure.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
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

local name = "alice"
local real_getenv = os.getenv
os.getenv = function(variable)
    return variable == "USER" and name or nil
end

local function filter(workspace, more)
    local options = more or {}
    options.uid, options.spank = "4000000", { atelier = { workspace = workspace } }
    return slurm_cli_pre_submit(options, 0)
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
    tap.is(slurm_cli_pre_submit({ uid = "4000000" }, 0), 0, "a job without options")
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
        return slurm_cli_pre_submit({ uid = "4000000", spank = { atelier = given } }, 0)
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

copy("/lua/cli_filter.lua.in")
look_at_all()

-- A site's own copy stays when Atelier is upgraded.
copy("/tests/lua/fixtures/cli-filter-before-folders.lua")
look_at_all()

copy("/lua/cli_filter.lua.in")
write(site.text)
package.loaded["atelier.early_refusal"] = nil
local real_path = package.path
package.path = "/nothing/?.lua"
tap.is(filter("nlp"), 0, "where Atelier is not there nobody is stopped")
tap.is(last_said() .. slurmctld.last_logged(), "", "and nothing is said")
package.path = real_path
os.remove(directory .. "/policy.lua")
io.stderr, os.exit = real_stderr, real_exit
os.getenv = real_getenv
os.remove(directory)
tap.done()
