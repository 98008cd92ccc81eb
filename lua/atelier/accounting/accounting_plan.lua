-- accounting_plan.lua: what `atelier policy apply` asks of Slurm, and the plan that it makes
-- of the answers.

local people = require("atelier.site.people")
local slurm_settings = require("atelier.site.slurm_settings")

local accounting_plan = {}

accounting_plan.COLUMNS = { "verb", "what", "how" }

local ASSOCIATION = "format=Account,User,Partition,ParentName,GrpTRES,GrpTRESMins,GrpJobs,"
    .. "GrpSubmit,MaxWall,QOS"

local function sacctmgr(name, fields, ...)
    return { name = name, fields = fields, argv = { "sacctmgr", "-nP", "show", ... } }
end

-- What is asked of the one cluster that scontrol speaks to. slurmdbd tells wckeys to
-- administrators only: they are asked for where Slurm enforces them.
local function of_cluster(cluster, has_wckeys)
    local word = "cluster=" .. cluster
    return sacctmgr("associations", { "account", "user", "partition", "parent", "grp_tres",
        "grp_tres_mins", "grp_jobs", "grp_submit", "max_wall", "qos" }, "associations", word,
        "wopl", ASSOCIATION),
        sacctmgr("users", { "user", "default_account" }, "user", word,
            "format=User,DefaultAccount"),
        has_wckeys and sacctmgr("wckeys", { "user", "wckey" }, "wckey", word,
            "format=User,WCKey") or nil
end

local function configuration_of(known)
    local settings = slurm_settings.read(known.configuration)
    return settings.ClusterName, (settings.AccountingStorageEnforce or ""):find("wckeys", 1, true)
        ~= nil
end

function accounting_plan.ask(_asked, _here, known, policy)
    local names = people.names(policy)
    local questions = {
        { name = "configuration", argv = { "scontrol", "show", "config" } },
        -- Coordinators are also those of the accounts above.
        sacctmgr("accounts", { "account", "organization", "coordinators", "description" },
            "account", "withcoordinator", "format=Account,Organization,Coordinators,Description"),
        sacctmgr("qos", { "name" }, "qos", "format=Name"),
        { name = "jobs", argv = { "squeue", "-h", "-a", "-o", "%a|%u" },
            fields = { "account", "user" } },
        { name = "unknown", source = "unknown", users = names.users, groups = names.groups },
        { name = "groups", source = "members", groups = names.groups },
    }
    local cluster, has_wckeys
    if known.configuration then
        cluster, has_wckeys = configuration_of(known)
    end
    if cluster then
        for _, question in ipairs({ of_cluster(cluster, has_wckeys) }) do
            questions[#questions + 1] = question
        end
    end
    return questions
end

local function view_of(plan)
    local view, rows = {}, {}
    for index, sentence in ipairs(plan.kept) do
        view[index] = "note: " .. sentence
    end
    for index, one in ipairs(plan.changes) do
        rows[index] = { one.verb, one.what, one.how }
    end
    view[#view + 1] = #rows > 0 and { columns = accounting_plan.COLUMNS, rows = rows }
        or "nothing to change"
    return view
end

function accounting_plan.answer(policy, asked, known)
    known.cluster, known.wckeys_enforced = configuration_of(known)
    known.prune = asked.prune or false
    if not known.cluster then
        return { faults = { "scontrol show config names no cluster" } }
    end
    local plan = require("atelier.accounting.change").of(policy, known)
    return { data = plan, view = view_of(plan), good = true, confirmed = asked.yes,
        quiet = asked.json, changes = not asked.dry_run and plan.changes or nil }
end

return accounting_plan
