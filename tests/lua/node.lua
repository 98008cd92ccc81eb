-- The plan on the node: everything is decided again.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local engine = require("atelier.engine")
local site = require("site")

local policy = site.policy()

local function ask(changes)
    local facts = { job = 7, uid = 1001, gid = 1001, user = "alice", groups = { "users" },
        account = "vision", partition = "cpu", node = "n1", workspace = "vision" }
    for key, word in pairs(changes) do
        facts[key] = word ~= false and word or nil
    end
    return engine.on_node(policy, facts)
end

local function refused(changes, sentence)
    local plan, said = ask(changes)
    tap.is(plan, nil, "refused: " .. sentence)
    tap.is(said, sentence, "... in one sentence")
end

local plan = ask({ experiment = "digits", framework = "pytorch" })
tap.is(plan.workspace, "vision", "workspace")
tap.is(plan.experiment, "digits", "experiment")
tap.is(plan.framework, "pytorch", "framework")
tap.is(table.concat(plan.frameworks, ","), "pytorch,mpi", "frameworks, in their order")
tap.is(#plan.volumes, 2, "two volumes")
local data, results = plan.volumes[1], plan.volumes[2]
tap.is(data.name .. data.server .. data.host .. data.export .. data.driver .. data.mode,
    "datasetsstorehead/datasetsautoro", "the first, read-only")
tap.is(data.port, 2049, "its port")
tap.is(data.mount_port, 20048, "its mount port")
tap.is(data.deadline, 5, "its deadline by default, in seconds")
tap.is(results.name .. results.mode, "resultsrw", "the second, read-write by default")
tap.is(plan.environment.OMP_NUM_THREADS, "1", "environment")

plan = ask({ user = "bob", account = "nlp", workspace = "nlp", partition = "gpu" })
tap.is(plan.frameworks, nil, "no list of frameworks")
tap.is(plan.volumes[1].host, "10.0.0.9", "another server")
tap.is(plan.volumes[1].port, 0, "a port that is asked of the portmapper")
tap.is(plan.volumes[1].deadline, 2.5, "a deadline of parts of a second")
tap.is(next(plan.environment), nil, "no environment")
tap.is(plan.experiment, nil, "no experiment")

-- A plan is the caller's own.
plan = ask({})
plan.volumes[1].host, plan.environment.PATH, plan.frameworks[1] = "evil", "/tmp", "x"
plan = ask({})
tap.is(plan.volumes[1].host .. tostring(plan.environment.PATH) .. plan.frameworks[1],
    "headnilpytorch", "a changed plan does not change the next one")

-- With what slurmctld recorded, that is what the job has, whatever its options say.
local RECORD = "atelier/1 workspace=vision"
plan = ask({ record = RECORD .. " experiment=digits framework=pytorch cluster=cpu "
    .. "settings=nproc=2 mounts=datasets:d", experiment = "other", framework = "mpi",
    framework_settings = "x=1", mount = "results:r" })
tap.is(plan.experiment, "digits", "the recorded experiment")
tap.is(plan.framework .. ":" .. plan.framework_settings, "pytorch:nproc=2", "... framework")
tap.is(plan.mount .. " " .. #plan.mounts .. plan.mounts[1].name, "datasets:d 1d", "... mounts")
plan = ask({ record = RECORD, experiment = "digits", framework = "pytorch", mount = "results:r" })
tap.is(tostring(plan.experiment) .. tostring(plan.framework) .. #plan.mounts, "nilnil0",
    "what was not recorded is not there")
tap.is(ask({ record = RECORD, workspace = false, account = "vision" }).workspace, "vision",
    "a job that asks for nothing has what was recorded")
tap.is(ask({ record = RECORD .. " failure=volume `x` was down", workspace = "vision" })
    .workspace, "vision", "a record with an earlier run's failure")
for _, none in ipairs({ "", "(null)", "workspace=vision",
    "atelier-failure failure=" .. RECORD }) do
    refused({ record = none }, "slurmctld has recorded no workspace for this job, which asks "
        .. "for `vision`: submit it again; if that does not help, slurmctld does not ask the "
        .. "policy, or somebody has changed the job's AdminComment: tell your administrator")
end
refused({ record = "", workspace = false, mount = "datasets:d" }, "slurmctld has recorded no "
    .. "workspace for this job: submit it again; if that does not help, slurmctld does not "
    .. "ask the policy, or somebody has changed the job's AdminComment: tell your "
    .. "administrator")
-- A record that cannot be read is one all the same, also of a job that asks for nothing.
tap.is(ask({ record = RECORD .. " node_pool=big" }).workspace, "vision",
    "a key of a newer slurmctld is passed over")
for _, workspace in ipairs({ "vision", false }) do
    refused({ record = "atelier/2:9.9.9 workspace=vision", workspace = workspace }, "the record "
        .. "of this job, its AdminComment, has form 2, written by Atelier 9.9.9, and Atelier "
        .. require("atelier.base.agreed").RELEASE
        .. " here reads form 1: tell your administrator")
    refused({ record = RECORD .. " cluster=;", workspace = workspace }, "the record of this job, "
        .. "its AdminComment, is damaged: tell your administrator")
end
local left, said = ask({ record = "", workspace = false })
tap.ok(left == nil and said == nil, "a job that neither asks nor has is left alone")
refused({ record = "atelier/1 workspace=nlp" },
    "workspace `nlp` is not one of yours: choose vision")
tap.is(select(2, ask({ record = RECORD, account = "nlp" })):match("^[^:]*"),
    "workspace `vision` does not go with the job's account `nlp`", "... nor is its account")

-- Nothing of slurmctld's decision is taken for granted, with a record or without.
local NONE = "you are a member of no workspace; ask your administrator"
refused({ user = "dave" }, "workspace `vision` is not one of yours: " .. NONE)
refused({ user = "dave", groups = false }, "workspace `vision` is not one of yours: "
    .. NONE)
refused({ workspace = "nlp", account = "nlp" },
    "workspace `nlp` is not one of yours: choose vision")
refused({ workspace = "gone" }, "workspace `gone` is not one of yours: choose vision")
tap.ok(ask({ user = "dave", groups = { "users", "vision" } }), "a member by group")
-- Whether the user gave the option is not known here.
local AGAIN = ": submit it again without --%s; if it had none, slurmctld did not ask the "
    .. "policy: tell your administrator"
refused({ account = "nlp" }, "workspace `vision` does not go with the job's account `nlp`"
    .. AGAIN:format("account"))
refused({ account = false }, "workspace `vision` does not go with the job's account"
    .. AGAIN:format("account"))
tap.ok(ask({ account = "VISION" }), "the account in any case")
refused({ partition = "gpu" }, "workspace `vision` does not go with the job's partition "
    .. "`gpu`" .. AGAIN:format("partition"))
refused({ partition = false }, "workspace `vision` does not go with the job's partition"
    .. AGAIN:format("partition"))
tap.ok(ask({ partition = "debug" }), "the other cluster's partition")
refused({ framework = "tensorflow" },
    "workspace `vision` does not allow framework `tensorflow`: choose pytorch or mpi")
refused({ user = "bob", account = "nlp", workspace = "nlp", partition = "gpu",
    experiment = "gpt" }, "workspace `nlp` has no experiment `gpt`: choose bert or t5")
refused({ workspace = false, experiment = "digits" },
    "--experiment=digits needs --workspace")
tap.is((ask({ workspace = false })), nil, "no workspace, no plan")
for _, hostile in ipairs(site.hostile) do
    for _, option in ipairs({ "workspace", "framework" }) do
        local none, said = ask({ [option] = hostile })
        tap.ok(none == nil and not said:find("[^ -~]") and #said < 256,
            "refused in one clean line: --" .. option .. "=" .. hostile)
    end
end
tap.done()
