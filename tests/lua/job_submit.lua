-- job_submit.lua itself: with the engine, and without.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local slurmctld = require("slurmctld")

slurmctld.start()

-- Runs the script as the build would make it for an engine in `directory`.
local function start(directory)
    local source = assert(io.open(top .. "/lua/job_submit.lua.in", "rb"))
    local text = source:read("*a")
    source:close()
    text = text:gsub("@(%l+)@", { luadir = directory, policydir = "/nonexistent" })
    local path = package.path
    for module in pairs(package.loaded) do
        if module:find("^atelier") then
            package.loaded[module] = nil
        end
    end
    package.path = ""
    assert((loadstring or load)(text, "=job_submit.lua"))()
    return function()
        package.path = path
    end
end

local function submit(entry)
    return slurm_job_submit(slurmctld.job_desc({ user_name = "alice",
        spank_job_env = entry and { [0] = entry } }), {}, 1001)
end

local function modify(record, uid)
    return slurm_job_modify(slurmctld.changed_desc({ account = "nlp" }),
        { account = "vision", admin_comment = record }, {}, uid or 1001)
end

local WORKSPACE = "_SLURM_SPANK_OPTION_atelier_workspace=vision"
local RECORD = "atelier/1 workspace=vision"

local stop = start(top .. "/lua")
tap.is(submit(nil), 0, "with the engine: a job without options")
tap.is(submit(WORKSPACE), 2002, "a job with options, and no policy file")
tap.is(slurmctld.last_said(),
    "the site's policy cannot be used at the moment (policy.lua): "
    .. "tell your administrator", "... is told so")
tap.has(slurmctld.last_logged(), "/nonexistent/policy.lua", "and the log names the file")
tap.is(modify(nil), 0, "a job without record is modified")
tap.is(modify(RECORD), 2002, "a job with record is not")
stop()

stop = start("/nonexistent/engine")
tap.is(submit(nil), 0, "without the engine: a job without options")
tap.is(submit("_SLURM_SPANK_OPTION_other_workspace=x"), 0, "a job with others' options")
tap.is(submit(WORKSPACE), -1, "a job with options is refused")
tap.is(slurmctld.last_said(),
    "the policy engine is not there, so the job is refused: tell "
    .. "your administrator", "... and told so")
tap.has(slurmctld.last_logged(), "atelier.slurm", "and the log names the module")
tap.is(modify(nil), 0, "a job without record is modified")
tap.is(modify("by hand"), 0, "or with another comment")
tap.is(modify(RECORD), -1, "a job with record is not")
tap.is(modify(RECORD, 0), 0, "but by root")
stop()
tap.done()
