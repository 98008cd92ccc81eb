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
package.loaded["atelier.slurmctld.policy_file"] = { current = function()
    local news = memory.news
    memory.news = false
    if memory.raises then
        error("the disk is on fire")
    end
    return memory.policy, memory.problems, news
end }
package.loaded["atelier.slurmctld.trust"] = { own_uid = function() return 64030 end,
    user_name = function(uid) return ({ [1007] = "olga", [1008] = "carol" })[uid] end }

package.loaded["atelier.slurmctld.user_groups"] = { of = function(uid, is_fresh)
    return (is_fresh and memory.fresh or memory.groups or {})[uid], memory.is_first
end }

local P = "_SLURM_SPANK_OPTION_atelier_"

local function submit(entries, fields)
    fields = fields or {}
    fields.user_name, fields.user_id = fields.user_name or "alice", 1001
    fields.spank_job_env = entries and slurmctld.spank_job_env(entries)
    fields.spank_job_env_size = entries and #entries or 0
    local job_desc, written = slurmctld.job_desc(fields)
    return bridge.submit(job_desc, {}, 1001), written
end

-- Who is a member by group, as far as the groups can be told.
local function by_group(groups)
    memory.groups = { [1001] = groups }
    local code, written = submit({ P .. "workspace=vision" }, { user_name = "dave" })
    return code == 0 and written.account or slurmctld.last_said()
end
tap.is(by_group({ "users", "vision" }), "vision", "a member by group")
tap.has(by_group({ "users" }), "workspace `vision` is not one of yours", "no member")
memory.fresh = { [1001] = { "vision" } }
tap.is(by_group({ "users" }), "vision", "a member since an instant")
memory.fresh = nil
memory.is_first = true
slurmctld.last_logged()
tap.is(by_group(nil), "vision", "groups that cannot be told are left to Slurm")
tap.is(slurmctld.last_logged(), "atelier: id does not tell the groups of user dave: the "
    .. "policy decides without them", "... and the log says so")
memory.groups, memory.is_first = nil, nil

-- Untouched jobs.
local code, written = submit(nil)
tap.is(code, 0, "a job without SPANK environment")
tap.is(next(written), nil, "... is untouched")
code, written = submit({ "_SLURM_SPANK_OPTION_pyxis_container_image=x",
    "X=" .. P .. "workspace=vision", "_SLURM_SPANK_OPTION_atelier2_workspace=y" })
tap.is(code, 0, "options of other plugins")
tap.is(next(written), nil, "... are not ours")

for field, option in pairs({ std_out = "--output", std_err = "--error", std_in = "--input",
    work_dir = "--chdir" }) do
    code, written = submit(nil, { [field] = "/mnt/atelier/results/%j.out" })
    tap.is(code .. tostring(next(written)), "0nil", option .. " on a volume: the job is untouched")
    tap.is(slurmctld.last_said(), option .. " is on a volume (/mnt/atelier/), "
        .. "but the job has no workspace, so it will find no such path: submit it with "
        .. "--workspace", "... and its user warned")
end
submit(nil, { std_out = "/mnt/atelier2/x", work_dir = "/home/alice", std_err = "" })
submit({ P .. "workspace=vision" }, { std_out = "/mnt/atelier/results/x" })
tap.is(slurmctld.last_said(), nil, "... of no other path, nor with a workspace")

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
code, written = submit({ P .. "workspace=vision", P .. "mount=results/a:x,results/b:y" })
tap.is(code .. written.admin_comment, "0atelier/1 workspace=vision cluster=cpu "
    .. "mounts=results/a:x,results/b:y", "mounts")
code = submit({ P .. "workspace=vision", P .. "mount=results:x," .. ("results:x,"):rep(1000) })
tap.is(code, 2002, "a list that is too long")
tap.is(slurmctld.last_said(), "--mount is longer than 8192 bytes", "... is said to be")
for _, entry in ipairs({ "check=(null)", "check=", "check=1" }) do
    tap.is((submit({ P .. "workspace=vision", P .. entry, P .. "check=1" })), 0,
        "a flag is no matter of the policy: " .. entry)
end
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
refused({ P .. "workspace=vision" }, { wckey = "x" }, 2057,
    "--wckey=x does not go with workspace `vision`: leave --wckey out, and its environment "
    .. "variable")
refused({ P .. "workspace=(null)" }, {}, 2002, "--workspace=`(null)` is not a name: use "
    .. "letters, digits, `.`, `_` and `-`, the first a letter or a digit, at most 64")
refused({ P .. "workspace=" }, {}, 2002, "--workspace needs a name")
local ODD = "the job's SPANK environment has an entry of Atelier's that "
    .. "Slurm's commands do not write: submit with sbatch, salloc or srun"
for _, odd in ipairs({ P .. "workspace", P .. "check", "SPANK_" .. P .. "workspace=vision",
    "SPANK_SPANK_" .. P .. "workspace=vision", "SLURM_SPANK_" .. P .. "mount=x",
    " " .. P .. "workspace=vision", "\n" .. P .. "workspace=vision" }) do
    refused({ odd }, {}, 2002, ODD)
    refused({ P .. "workspace=vision", odd }, {}, 2002, ODD)
    refused({ odd, P .. "workspace=vision" }, {}, 2002, ODD)
end
refused({ P .. "workspace=vision", P .. "workspace=nlp" }, {}, 2002,
    "--workspace is given twice with different values")
tap.is((submit({ P .. "workspace=vision", P .. "workspace=vision" })), 0,
    "twice the same")
refused({ P .. "workspace=vision", P .. "volume=x" }, {}, 2002,
    "slurmctld's Atelier, " .. require("atelier.base.agreed").RELEASE
    .. ", is older than the command's: it does not know --volume")
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

-- What no node could exec a prolog with is refused, whoever's it is.
local function excess(bytes, count)
    return "the job's SPANK environment has " .. (bytes and bytes .. " bytes in " or "")
        .. count .. " entries, and no node could start the job's prolog with more than "
        .. "122880 bytes in 1024: shorten what options of SPANK plugins and $SLURM_SPANK_ "
        .. "variables hand on"
end
tap.is((submit({ "X=" .. ("x"):rep(122878) })), 0, "as much as a node can take")
refused({ "X=" .. ("x"):rep(122879) }, {}, 2002, excess(122881, 1))
refused({ P .. "workspace=vision", "X=" .. ("x"):rep(200000) }, {}, 2002,
    excess(200046, 2))
for count, wanted in pairs({ [1024] = 0, [1025] = 2002 }) do
    local many = {}
    for index = 1, count do
        many[index] = "X" .. index .. "=1"
    end
    tap.is((submit(many)), wanted, "a node can take 1024 entries: " .. count)
end

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

-- Default workspaces, and what the request and the decision hold.
local function with_policy(text)
    local policy, found = require("atelier.engine").load(site.text .. text, "policy.lua")
    memory.policy, memory.problems = assert(policy, found and found[1]), nil
end
local DEFAULT = 'default_workspace = function(user) '
    .. 'if user.name ~= "bob" then return "vision" end end\n'
with_policy(DEFAULT)
code, written = submit(nil)
tap.is(code, 0, "a job without options, and a default workspace")
tap.is(written.account, "vision", "... gets it")
tap.is(written.admin_comment, "atelier/1 workspace=vision cluster=cpu", "... and a record")
code, written = submit(nil, { account = "nlp" })
tap.ok(code == 0 and next(written) == nil, "unless it names another account")
code, written = submit(nil, { user_name = "bob" })
tap.ok(code == 0 and next(written) == nil, "or its user has none")
with_policy('default_workspace = function(user) return user.nothing.at_all end\n')
slurmctld.last_said()
code, written = submit(nil)
tap.ok(code == 0 and next(written) == nil,
    "a default_workspace that raises leaves jobs without options alone")
tap.is(slurmctld.last_said(), nil, "... without a word to their users")
local logged = slurmctld.last_logged()
tap.has(logged, "default_workspace failed, so jobs without options of ours are left alone",
    "... but in the log")
tap.has(logged, "attempt to index", "... with its reason")
submit(nil)
tap.is(slurmctld.last_logged(), "", "... once in a minute")
tap.is((submit({ P .. "experiment=one" })), 2002, "and refuses those that have options")
tap.has(slurmctld.last_said(), "default_workspace of the site's policy failed", "... said")
with_policy('default_workspace = function(user) while true do pcall(error) end end\n')
code, written = submit(nil)
tap.ok(code == 0 and next(written) == nil, "one that never ends leaves them alone too")
tap.has(slurmctld.last_logged(), "default_workspace failed", "... said in the log")
tap.is((submit({ P .. "experiment=one" })), 2002, "and refuses the others")
tap.is((submit({ P .. "workspace=vision" })), 0, "who names a workspace needs no default")
with_policy('default_workspace = function(user) refuse("name a workspace") end\n')
tap.is((submit(nil)), 2002, "the site's own refusal is no failure")

-- What route sees of a job, as text.
local function seen(fields)
    with_policy([[
route = function(job)
    local list = {}
    for key, given in pairs(job) do
        if type(given) ~= "table" then
            list[#list + 1] = key .. "=" .. tostring(given)
        end
    end
    table.sort(list)
    refuse(table.concat(list, " "))
end]])
    submit({ P .. "workspace=vision" }, fields)
    return slurmctld.last_said()
end
local unset = { min_nodes = 4294967294, num_tasks = 4294967294, min_cpus = 4294967294,
    cpus_per_task = 65534, time_limit = 4294967294, min_mem_per_node = 1.8446744073709551614e19 }
local bare = "account=vision cpus=1 partition=cpu uid=1001 user=alice "
    .. "wckey=vision workspace=vision"
tap.is(seen(unset), bare, "Slurm's numbers for nothing are nothing")
tap.is(seen({}), bare, "and so is nothing")
tap.is(seen({ tres_per_job = "gres:gpu:0", account = "", partition = "" }), bare,
    "no GPU and no name are nothing, too")
tap.has(seen({ min_nodes = 2, num_tasks = 4, min_cpus = 4, time_limit = 90 }),
    "cpus=4 nodes=2 partition=cpu tasks=4 time_limit=90 ", "sizes")
tap.has(seen({ array_inx = "1-9", script = "#!", features = "a100", reservation = "r",
    qos = "normal" }), "array=true cpus=1 features=a100 partition=cpu qos=normal "
    .. "reservation=r script=true", "the rest")
tap.has(seen({ cpus_per_task = 3, num_tasks = 4, min_cpus = 12, min_mem_per_cpu = 100 }),
    "cpus=12 memory=300 ", "processors and memory")
for list, wanted in pairs({ ["gres:gpu:2"] = 6, ["gres/gpu:a100:2"] = 6, ["gpu"] = 3,
    ["gres:gpu:a:1,gres:shard:8,gres:gpu:b:1"] = 6, ["gres:gpu=4"] = 12 }) do
    tap.has(seen({ min_nodes = 3, tres_per_node = list }), "gpus=" .. wanted .. " ", list)
end
tap.has(seen({ tres_per_job = "gres:gpu:5", min_nodes = 3 }), "gpus=5 ", "GPUs of the job")
tap.has(seen({ tres_per_task = "gres:gpu:5", num_tasks = 3 }), "gpus=15 ", "of each task")
tap.ok(not seen({ tres_per_node = "gres:gpumem:5" }):find("gpus", 1, true), "of neither")

with_policy([[
route = function(job)
    job.qos, job.time_limit, job.features = "high", 30, "a100"
    job.licenses, job.reservation = "matlab:1", "maintenance"
    job.environment.NCCL_DEBUG = "INFO"
end]])
local environment = {}
code, written = submit({ P .. "workspace=vision" }, { environment = environment })
tap.is(code, 0, "a route")
tap.is(written.qos .. written.time_limit .. written.features .. written.licenses
    .. written.reservation, "high30a100matlab:1maintenance", "... has its way")
tap.is(environment.NCCL_DEBUG, "INFO", "... in the environment too")
with_policy("route = function(job)\n    while true do end\nend")
local before = os.clock()
tap.is((submit({ P .. "workspace=vision" })), 2002, "an endless route refuses")
tap.ok(os.clock() - before < 0.05, "... within 50 ms")
tap.has(slurmctld.last_said(), "takes too long to decide (policy.lua:2", "... and where")
memory.policy = site.policy()
refused({ P .. "workspace=vision" }, { features = ("x"):rep(5000) }, 2002,
    "--features is longer than 4096 bytes")

-- A last good policy in force, though the file is broken.
memory.problems, memory.news = { "policy.lua:12: '}' expected" }, true
slurmctld.last_logged()
code, written = submit({ P .. "workspace=vision" })
tap.is(code .. tostring(written.account), "0vision", "the policy of before decides")
tap.is(slurmctld.last_said(), "the site's policy file is broken (policy.lua:12), so the "
    .. "policy of before decided: tell your administrator", "... and the user is told")
local logged = slurmctld.last_logged()
tap.has(logged, "policy of before stays in force", "the log says so")
tap.has(logged, "policy.lua:12", "... and why")
refused({ P .. "workspace=nlp" }, {}, 2045, "workspace `nlp` is not one of yours: choose vision")
tap.is((submit(nil)), 0, "a job without options")
tap.is(slurmctld.last_said(), nil, "... is told nothing")
with_problems({ "policy.lua:12: '}' expected" })
tap.is((submit(nil)), 0, "without any, jobs without options run")

-- Modification. Slurm logs an error for each field that its record does not have.
local OF_RECORD = " account admin_comment cpus_per_tres features het_job_id job_state licenses "
    .. "max_nodes mem_per_tres min_cpus min_mem_per_cpu min_mem_per_node min_nodes partition qos "
    .. "resv_name time_limit tres_fmt_req_str tres_per_job tres_per_node tres_per_socket "
    .. "tres_per_task user_id user_name wckey "
local function modify(uid, fields, record)
    local job_desc, changed = slurmctld.changed_desc(fields)
    local has = { account = "vision", wckey = "vision", partition = "cpu",
        admin_comment = record, user_id = 1001, resv_name = "r", min_nodes = 1 }
    local result = bridge.modify(job_desc, setmetatable({}, {
        __index = function(_, field)
            assert(OF_RECORD:find(" " .. field .. " ", 1, true), field)
            return has[field]
        end }), {}, uid)
    return result, next(changed)
end
local RECORD = "atelier/1 workspace=vision cluster=cpu"
tap.is((modify(1001, { comment = "x" }, RECORD)), 0, "a broken policy stops no comment")
tap.is((modify(1001, { account = "nlp" }, RECORD)), 2002, "but every move")
tap.is((modify(64030, { account = "nlp" }, RECORD)), 0, "except SlurmUser's")
memory.policy = site.policy()
slurmctld.last_said()
tap.is((modify(1001, { account = "nlp" }, RECORD)), 2002, "another account")
tap.is(slurmctld.last_said(), "the account follows the job's workspace: cancel the job and "
    .. "submit it again", "... said")
tap.is((modify(1001, { partition = "gpu" }, RECORD)), 2002, "a foreign partition")
tap.is((modify(1001, { partition = "debug" }, RECORD)), 0, "a partition of the workspace")
tap.is((modify(1001, { wckey = "x" }, RECORD)), 2002, "another wckey")
tap.is((modify(1001, { reservation = "r" }, RECORD)), 0, "the reservation that it has")
tap.is((modify(1001, { admin_comment = "atelier/1 workspace=nlp" }, RECORD)), 2002, "the record")
tap.is((modify(1001, { spank_job_env = { [0] = P .. "workspace=nlp" } }, RECORD)), 2002,
    "an option of ours")
tap.is((modify(0, { account = "nlp" }, RECORD)), 0, "root may")
memory.policy = require("atelier.engine").load(site.text .. 'operators { "olga" }', "policy.lua")
tap.is((modify(1007, { account = "nlp" }, RECORD)), 0, "an operator of the policy may")
tap.is((modify(1009, { account = "nlp" }, RECORD)), 2002, "who has no name may not")
memory.policy = site.policy()
tap.is((modify(1007, { account = "nlp" }, RECORD)), 2002, "nobody is one by default")
tap.is(select(3, modify(1001, { admin_comment = "atelier-failure failure=x" }, RECORD)),
    RECORD .. " comment=atelier-failure failure: x", "no user can speak as a node, nor replace it")
tap.is(select(3, modify(1007, { admin_comment = "x" }, RECORD .. " comment=y failure=z")),
    RECORD .. " comment=x failure=z", "... in place of earlier ones, whoever Slurm lets write")
local _, _, noted = modify(0, { admin_comment = "atelier-failure failure=why" }, RECORD)
tap.is(noted, RECORD .. " failure=why", "a node's word is added to the record")
tap.is((modify(1001, { account = "nlp" }, nil)), 0, "a job without comment")
tap.is((modify(1001, { account = "nlp" }, "by hand")), 0, "a job with another comment")
tap.is((modify(nil, { account = "nlp" }, RECORD)), 2002, "nobody known")
engine.modify = function() error("bug") end
tap.is((modify(1001, { account = "nlp" }, RECORD)), -1, "an engine that raises")
tap.is((modify(1001, { account = "nlp" }, nil)), 0, "... stops no other job")
tap.done()
