-- The bridge to slurmctld: job_desc in, job_desc and return code out; it fails closed.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local site = require("site")
local slurmctld = require("slurmctld")

slurmctld.start()
local bridge = require("atelier.slurm")
bridge.policy_file = "/etc/atelier/policy.lua"

-- The policy file is replaced by one in memory; file.lua has its own test.
local memory = { policy = site.policy() }
package.loaded["atelier.file"] = { current = function()
    local news = memory.news
    memory.news = false
    if memory.raises then
        error("the disk is on fire")
    end
    return memory.policy, memory.problems, news
end }
package.loaded["atelier.trust"] = { own_uid = function() return 64030 end }

local P = "_SLURM_SPANK_OPTION_atelier_"

local function submit(entries, fields)
    fields = fields or {}
    fields.user_name, fields.user_id = fields.user_name or "alice", 1001
    fields.spank_job_env = entries and slurmctld.spank_job_env(entries)
    local job_desc, written = slurmctld.job_desc(fields)
    return bridge.submit(job_desc, {}, 1001), written
end

-- Untouched jobs.
local code, written = submit(nil)
tap.is(code, 0, "a job without SPANK environment")
tap.is(next(written), nil, "... is untouched")
code, written = submit({ "_SLURM_SPANK_OPTION_pyxis_container_image=x",
    "X=" .. P .. "workspace=vision", "_SLURM_SPANK_OPTION_atelier2_workspace=y" })
tap.is(code, 0, "options of other plugins")
tap.is(next(written), nil, "... are not ours")

-- A job of ours. One entry alone sits at index 0.
code, written = submit({ P .. "workspace=vision" })
tap.is(code, 0, "a job with one option")
tap.is(written.account, "vision", "account")
tap.is(written.partition, "cpu", "partition")
tap.is(written.wckey, "vision", "wckey")
tap.is(written.admin_comment, "atelier/1 workspace=vision cluster=cpu", "record")
code, written = submit({ "X=1", P .. "framework=mpi", P .. "experiment=digits",
    P .. "workspace=vision" })
tap.is(written.admin_comment,
    "atelier/1 workspace=vision experiment=digits framework=mpi cluster=cpu",
    "all options")
code, written = submit({ P .. "workspace=vision" }, { partition = "debug" })
tap.is(code .. tostring(written.partition), "0nil", "a partition of the user's stays")
tap.is(slurmctld.last_said(), nil, "nothing is said when all is well")

-- Refusals.
local function refused(entries, fields, wanted_code, text)
    local got, changed = submit(entries, fields)
    tap.is(got, wanted_code, "code: " .. text)
    tap.is(slurmctld.last_said(), text, "... one sentence")
    tap.is(next(changed), nil, "... and the job unchanged")
end
slurmctld.last_logged()
refused({ P .. "workspace=nlp" }, {}, 2045,
    "workspace `nlp` is not one of yours: choose vision")
tap.is(slurmctld.last_logged(),
    "atelier: refused user=alice error=\"workspace `nlp` is not "
    .. "one of yours: choose vision\"", "one line in the log")
refused({ P .. "workspace=vision" }, { wckey = "x" }, -1,
    "--wckey=x does not go with workspace `vision`: leave --wckey out")
refused({ P .. "workspace=(null)" }, {}, 2002, "--workspace needs a name")
refused({ P .. "workspace=" }, {}, 2002, "--workspace needs a name")
refused({ P .. "workspace" }, {}, 2002, "--workspace needs a name")
refused({ P .. "workspace=vision", P .. "workspace=nlp" }, {}, 2002,
    "--workspace is given twice with different values")
tap.is((submit({ P .. "workspace=vision", P .. "workspace=vision" })), 0,
    "twice the same")
refused({ P .. "workspace=vision", P .. "volume=x" }, {}, 2002,
    "the policy of this cluster is "
    .. "older than the command: it does not know all of its options")
for _, hostile in ipairs(site.hostile) do
    if hostile ~= "vision." then
        code = submit({ P .. "workspace=" .. hostile })
        local said, count = slurmctld.last_said()
        tap.ok(code ~= 0 and count == 1 and not said:find("[^ -~]") and #said < 256,
            "refused in one clean line: " .. hostile)
    end
end
tap.ok((submit({ P .. "workspace=vision" .. ("x"):rep(1e6) })) ~= 0,
    "a megabyte of a name")
slurmctld.last_said()

-- Failures are refusals, for our jobs alone.
memory.raises = true
refused({ P .. "workspace=vision" }, {}, -1,
    "the policy engine failed, so the job is refused: tell your administrator")
tap.has(slurmctld.last_logged(), "the disk is on fire", "the log says why")
tap.is((submit(nil)), 0, "a job without our options runs all the same")
memory.raises = nil

local engine = require("atelier.engine")
local real_submit = engine.submit
for text, broken in pairs({
    ["an engine that raises"] = function() error("bug") end,
    ["an engine that raises a table"] = function() error({}) end,
    ["an engine that returns nothing"] = function() end,
    ["a refusal whose code is no number"] = function()
        return nil, { code = "log_info", text = "x" }
    end,
    ["a decision of the wrong type"] = function() return { account = {} } end,
}) do
    engine.submit = broken
    tap.is((submit({ P .. "workspace=vision" })), -1, "refused: " .. text)
    tap.is((submit({ "X=1" })), 0, "... and other jobs run")
end
engine.submit = real_submit
local real_log = slurm.log_user
slurm.log_user = nil
tap.ok((submit({ P .. "workspace=nlp" })) ~= 0, "refused even if nothing can be said")
slurm.log_user = real_log
slurmctld.last_said()
slurmctld.last_logged()

-- A policy that cannot be used.
local function with_problems(problems)
    memory.policy, memory.problems, memory.news = nil, problems, true
end
with_problems({ "policy.lua:12: '}' expected near <eof>" })
refused({ P .. "workspace=vision" }, {}, 2002,
    "the site's policy cannot be used at the moment "
    .. "(policy.lua:12): tell your administrator")
tap.has(slurmctld.last_logged(), "atelier: policy.lua:12: '}' expected",
    "the log has it all")
submit({ P .. "workspace=vision" })
tap.ok(not slurmctld.last_logged():find("expected", 1, true), "once, not for every job")
slurmctld.last_said()
with_problems({ "unknown key `partion` in cluster `cpu` (policy.lua:41): did you mean?",
    "b" })
refused({ P .. "workspace=vision" }, {}, 2002,
    "the site's policy cannot be used at the moment "
    .. "(policy.lua:41): tell your administrator")
with_problems({ "/etc is writable by others (mode 0777): chmod go-w /etc" })
refused({ P .. "workspace=vision" }, {}, 2002,
    "the site's policy cannot be used at the moment "
    .. "(policy.lua): tell your administrator")
local many = {}
for index = 1, 5000 do
    many[index] = "problem " .. index
end
with_problems(many)
slurmctld.last_logged()
submit({ P .. "workspace=vision" })
tap.has(slurmctld.last_logged(), "and 4980 more", "a log is not flooded")
slurmctld.last_said()

-- Modification.
local function modify(uid, fields, record)
    local job_desc, changed = slurmctld.job_desc(fields)
    local result = bridge.modify(job_desc, { account = "vision", wckey = "vision",
        partition = "cpu", admin_comment = record }, {}, uid)
    return result, next(changed)
end
local RECORD = "atelier/1 workspace=vision cluster=cpu"
tap.is((modify(1001, { time_limit = 5 }, RECORD)), 0,
    "a broken policy stops no time limit")
tap.is((modify(1001, { account = "nlp" }, RECORD)), 2002, "but every move")
tap.is((modify(64030, { account = "nlp" }, RECORD)), 0, "except SlurmUser's")
memory.policy = site.policy()
slurmctld.last_said()
tap.is((modify(1001, { account = "nlp" }, RECORD)), 2002, "another account")
tap.is(slurmctld.last_said(),
    "the account follows the job's workspace: cancel the job and submit it again",
    "... said")
tap.is((modify(1001, { partition = "gpu" }, RECORD)), 2002, "a foreign partition")
tap.is((modify(1001, { partition = "debug" }, RECORD)), 0, "a partition of the workspace")
tap.is((modify(1001, { wckey = "x" }, RECORD)), 2002, "another wckey")
tap.is((modify(1001, { admin_comment = "" }, RECORD)), 2002, "the record")
tap.is((modify(1001, { spank_job_env = { [0] = P .. "workspace=nlp" } }, RECORD)), 2002,
    "an option of ours")
tap.is((modify(0, { account = "nlp" }, RECORD)), 0, "root may")
tap.is((modify(1001, { admin_comment = "atelier-failure x" }, RECORD)), 2002,
    "a user cannot speak as a node")
local _, _, noted = modify(0, { admin_comment = "atelier-failure why" }, RECORD)
tap.is(noted, RECORD .. " failure=why", "a node's word is added to the record")
tap.is((modify(1001, { account = "nlp" }, nil)), 0, "a job without comment")
tap.is((modify(1001, { account = "nlp" }, "by hand")), 0, "a job with another comment")
tap.is((modify(nil, { account = "nlp" }, RECORD)), 2002, "nobody known")
engine.modify = function() error("bug") end
tap.is((modify(1001, { account = "nlp" }, RECORD)), -1, "an engine that raises")
tap.is((modify(1001, { account = "nlp" }, nil)), 0, "... stops no other job")
tap.done()
