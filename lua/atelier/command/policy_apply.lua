-- policy_apply.lua: `atelier policy apply`: brings slurmdbd in line with the policy.

local people = require("atelier.accounting.people")
local slurm_settings = require("atelier.site.slurm_settings")

local command = {
    summary = "bring slurmdbd in line with it",
    about = "Brings slurmdbd in line with the policy: accounts, users, coordinators, QOS, limits "
        .. "and, where Slurm enforces them, wckeys. Prints the plan first, and asks.",
    options = {
        { name = "yes", letter = "y", about = "Do not ask" },
        { name = "dry-run", letter = "n", about = "Print the plan and change nothing" },
        { name = "prune", letter = "p", about = "Remove what apply once made and the policy no "
            .. "longer has, but no account with jobs" },
        { name = "policy", letter = "f", argument = "FILE",
            about = "A draft instead of the policy in force" },
        { name = "json", letter = "j", about = "Print the plan as JSON" },
        { name = "output", letter = "o", argument = "COLUMNS",
            about = "These columns of the plan alone, of verb, what and how" },
    },
    columns = { "verb", "what", "how" },
    policy = "good", draft = "policy",
}

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

function command.ask(_asked, _here, known, policy)
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
    view[#view + 1] = #rows > 0 and { columns = command.columns, rows = rows }
        or "nothing to change"
    return view
end

function command.answer(policy, asked, known)
    known.cluster, known.wckeys_enforced = configuration_of(known)
    known.prune = asked.prune or false
    if not known.cluster then
        return { faults = { "scontrol show config names no cluster" } }
    end
    local plan = require("atelier.accounting.change").of(policy, known)
    return { data = plan, view = view_of(plan), good = true, confirmed = asked.yes,
        quiet = asked.json, changes = not asked.dry_run and plan.changes or nil }
end

return command
