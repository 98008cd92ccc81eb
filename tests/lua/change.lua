-- What brings slurmdbd in line: from the policy and sacctmgr's rows to sacctmgr's words.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local change = require("atelier.accounting.change")
local engine = require("atelier.engine")

local function policy_of(keys)
    return assert(engine.load([[
cluster "cpu" { partition = "cpu" }
workspace "vision" { account = "team", clusters = { "cpu" }, users = { "alice" },
]] .. (keys or "") .. "}", "policy.lua"))
end

-- An association's row of sacctmgr.
local function row(account, user, changes)
    local made = { account = account, user = user, partition = "", parent = "", qos = "",
        grp_tres = "", grp_tres_mins = "", grp_jobs = "", grp_submit = "", max_wall = "" }
    for key, value in pairs(changes or {}) do
        made[key] = value
    end
    return made
end

-- What slurmdbd says after the policy without further keys was applied.
local function held(changes)
    local rows = {
        cluster = "sandbox", groups = {}, wckeys_enforced = false, prune = false,
        accounts = { { account = "root", organization = "root" },
            { account = "team", organization = "atelier", coordinators = "",
                description = "team" } },
        associations = { row("root", ""), row("team", "", { parent = "root" }),
            row("team", "alice") },
        users = { { user = "alice", default_account = "team" } },
        qos = { { name = "normal" } }, wckeys = {}, jobs = {},
    }
    for key, value in pairs(changes or {}) do
        rows[key] = value
    end
    return rows
end

local function empty(changes)
    local rows = held({ accounts = {}, associations = {}, users = {} })
    for key, value in pairs(changes or {}) do
        rows[key] = value
    end
    return rows
end

-- The plan as lines: "argv | argv".
local function words(keys, rows)
    local lines = {}
    local plan = change.of(policy_of(keys), rows)
    for index, one in ipairs(plan.changes) do
        lines[index] = table.concat(one.argv, " ", 3)
    end
    return table.concat(lines, " | "), plan
end

local ACCOUNT = "add account team cluster=sandbox parent=root description=team "
    .. "organization=atelier"
local ALICE = "add user alice account=team cluster=sandbox"

-- What is missing is created, in the order of need.
tap.is(words("", empty()), ACCOUNT .. " | " .. ALICE, "an account, then its user")
tap.is(words("", held()), "", "a second run has nothing to change")
tap.is(words("title = [[it's \"big\"]], parent = 'lab'", empty()),
    "add account lab cluster=sandbox parent=root description=lab organization=atelier | "
    .. "add account team cluster=sandbox parent=lab description=it s  big  "
    .. "organization=atelier | " .. ALICE, "parents first; no quotes in a description")
tap.is(words("qos = { high = 'fast' }", empty()), "add qos fast | " .. ACCOUNT
    .. " | modify account where name=team cluster=sandbox set qos+=fast | " .. ALICE,
    "a QOS before the account that may use it")
tap.is(words("", held({ associations = {} })), ACCOUNT .. " | " .. ALICE,
    "an account of another cluster only is made here")
tap.is(words("", held({ associations = { row("team", "", { parent = "root" }),
    row("team", "alice", { partition = "gpu" }) } })), ALICE,
    "an association with one partition is not one with all")
tap.is(words("groups = { 'ml', 'none' }", held({ groups = { ml = { "alice", "bob" } } })),
    "add user bob account=team cluster=sandbox", "the members of Unix groups, once each")

-- wckeys, where Slurm enforces them.
tap.is(words("experiments = { 'digits' }", held()), "", "wckeys are Slurm's own to make")
tap.is(words("experiments = { 'digits' }", held({ wckeys_enforced = true,
    wckeys = { { user = "alice", wckey = "vision" } } })),
    "add user alice cluster=sandbox wckeys=vision.digits", "unless it enforces them")

-- Limits.
local ALL = "limits = { nodes = 4, gpus = 8, running_jobs = 3, submitted_jobs = 10, "
    .. "wall_time = '1-12:00:00', gpu_hours = 100 }"
local SET = { parent = "root", grp_tres = "gres/gpu=8,node=4", grp_jobs = "3",
    grp_submit = "10", max_wall = "1-12:00:00", grp_tres_mins = "gres/gpu=6000" }
local function limited(changes, owner)
    local set = {}
    for key, value in pairs(SET) do
        set[key] = changes[key] or value
    end
    return held({ associations = { row("team", "", set), row("team", "alice") },
        accounts = { { account = "team", organization = owner or "atelier",
            description = "team" } } })
end
tap.is(words(ALL, held()), "modify account where name=team cluster=sandbox set GrpJobs=3 "
    .. "GrpSubmitJobs=10 GrpTRES=node=4,gres/gpu=8 GrpTRESMins=gres/gpu=6000 "
    .. "MaxWall=2160", "all limits in one call")
tap.is(words(ALL, limited({})), "", "and none when they are set")
local line, plan = words(ALL, limited({ grp_submit = "200", max_wall = "12:00:00" }))
tap.is(line, "modify account where name=team cluster=sandbox set GrpSubmitJobs=10 "
    .. "MaxWall=2160", "only what differs")
tap.is(plan.changes[1].how,
    "submitted_jobs = 10 (was 200), wall_time = 1-12:00:00 (was 12:00:00)",
    "said in the words of the policy")
tap.is(words("limits = { nodes = 4 }", limited({}, "physics")), "",
    "what somebody else limited stays")
line, plan = words("limits = { nodes = 4, running_jobs = 3, submitted_jobs = 10, "
    .. "wall_time = '1-12:00:00' }", limited({}))
tap.is(line, "modify account where name=team cluster=sandbox set GrpTRES=gres/gpu=-1 "
    .. "GrpTRESMins=gres/gpu=-1", "what apply limited is cleared")
tap.is(plan.changes[1].how, "gpus = none (was 8), gpu_hours = none (was 100)", "... said")
tap.is(words("limits = { nodes = 0 }", held()),
    "modify account where name=team cluster=sandbox set GrpTRES=node=0", "zero is a limit")

-- Changes.
tap.is(words("parent = 'lab'", held({ accounts = { { account = "team",
    organization = "atelier", description = "team" }, { account = "lab", organization = "x" } },
    associations = { row("lab", "", { parent = "root" }), row("team", "",
        { parent = "root" }), row("team", "alice") } })),
    "modify account where name=team cluster=sandbox set parent=lab", "a new parent")
tap.is(words("", held({ associations = { row("team", "", { parent = "lab" }),
    row("team", "alice") } })), "", "without a parent in the policy, it stays where it is")

-- What the policy does not have.
local function surplus(changes)
    local rows = held({
        accounts = { { account = "team", organization = "atelier", description = "team" },
            { account = "old", organization = "atelier" },
            { account = "older", organization = "atelier" },
            { account = "theirs", organization = "physics" } },
        associations = { row("team", "", { parent = "root" }), row("team", "alice"),
            row("team", "bob"), row("older", "", { parent = "root" }),
            row("old", "", { parent = "older" }), row("old", "carol"),
            row("theirs", "", { parent = "root" }), row("theirs", "bob") },
        users = { { user = "alice", default_account = "team" },
            { user = "bob", default_account = "theirs" } },
        prune = true,
    })
    for key, value in pairs(changes or {}) do
        rows[key] = value
    end
    return rows
end
local BOB = "delete user where name=bob account=team cluster=sandbox"
local OLD = "delete account where name=old cluster=sandbox"
tap.is(words("", surplus()), BOB .. " | " .. OLD
    .. " | delete account where name=older cluster=sandbox",
    "--prune: users, then accounts from below; what others made stays")
line, plan = words("", surplus({ prune = false }))
tap.is(line, "", "without --prune nothing is removed")
tap.is(plan.kept[1], "user bob in account team is not in the policy; --prune removes it",
    "... but said")
tap.is(#plan.kept, 2, "... of what is at hand")
line, plan = words("", surplus({ jobs = { { account = "old", user = "carol" } } }))
tap.is(line, BOB, "an account with jobs stays, and its parent")
tap.is(plan.kept[1], "account old is not in the policy, but has jobs", "... said")
line = words("", surplus({ jobs = { { account = "team", user = "bob" } } }))
tap.is(line:find("name=bob", 1, true), nil, "a user with jobs in the account stays")
tap.is((words("", surplus({ users = { { user = "bob", default_account = "team" } } }))
    :sub(1, 68)), "modify user where name=bob cluster=sandbox set defaultaccount=theirs",
    "a default account is moved before it goes")

-- Titles, which slurmdbd keeps in lower case.
local function described(text, owner)
    return held({ accounts = { { account = "team", organization = owner or "atelier",
        description = text } } })
end
tap.is(words("title = 'Its  BIG '", described("its big")), "", "a title in lower case")
tap.is(words("title = 'New'", described("its big")),
    "modify account where name=team set description=New", "another title")
tap.is(words("", described("its big")),
    "modify account where name=team set description=team", "and none any more")
tap.is(words("title = 'New'", described("x", "physics")), "", "others' stay")

-- QOS that the policy took back.
local function with_qos(qos, prune)
    return held({ prune = prune, qos = { { name = "fast" }, { name = "slow" } },
        associations = { row("team", "", { parent = "root", qos = qos }),
            row("team", "alice") } })
end
line, plan = words("qos = { high = 'fast' }", with_qos("fast,slow"))
tap.is(line, "", "a QOS that is no more in the policy stays")
tap.is(plan.kept[1], "QOS slow of account team is not in the policy; --prune removes it",
    "... said")
tap.is(words("qos = { high = 'fast' }", with_qos("fast,slow", true)),
    "modify account where name=team cluster=sandbox set qos-=slow", "or goes by --prune")
tap.is(words("", with_qos("fast,slow", true)), "", "without the key they are Slurm's")

-- Coordinators.
local function coordinated(by, changes)
    local rows = held({ accounts = { { account = "team", organization = "atelier",
        description = "team", coordinators = by } }, users = { { user = "alice",
        default_account = "team" }, { user = "dana", default_account = "other" } } })
    for key, value in pairs(changes or {}) do
        rows[key] = value
    end
    return rows
end
local ADMINISTERED = "administrators = { 'alice', 'dana' }"
tap.is(words(ADMINISTERED, coordinated("")),
    "add coordinator account=team names=alice | add coordinator account=team names=dana",
    "administrators are coordinators")
tap.is(words(ADMINISTERED, coordinated("alice,dana,dana")), "", "once")
tap.is(words(ADMINISTERED, empty()), ACCOUNT .. " | " .. ALICE
    .. " | add coordinator account=team names=alice"
    .. " | add user dana account=team cluster=sandbox"
    .. " | add coordinator account=team names=dana", "after their users, who may be new")
tap.is(words(ADMINISTERED, held({ prune = true, accounts = { { account = "team",
    organization = "atelier", description = "team", coordinators = "alice,dana" } },
    associations = { row("team", "", { parent = "root" }), row("team", "alice"),
        row("team", "dana") } })), "", "whose only account is the one they coordinate")
line, plan = words("", coordinated("dana"))
tap.is(line, "", "one who is no more in the policy stays")
tap.is(plan.kept[1],
    "coordinator dana of account team is not in the policy; --prune removes it", "... said")
tap.is(words("", coordinated("dana", { prune = true })),
    "delete coordinator account=team names=dana", "or goes by --prune")
line, plan = words("", coordinated("dana", { prune = true, accounts = { { account = "team",
    organization = "physics", coordinators = "dana" } } }))
tap.is(line, "", "what others made is theirs")
tap.is(plan.kept[1], "coordinator dana of account team is not in the policy, and stays, as "
    .. "the account was not made by apply", "... said")
tap.is(words("parent = 'lab'", held({ prune = true, accounts = {
    { account = "lab", organization = "x", coordinators = "dana" },
    { account = "team", organization = "atelier", description = "team",
        coordinators = "dana" } }, associations = { row("lab", "", { parent = "root" }),
        row("team", "", { parent = "lab" }), row("team", "alice") } })), "",
    "one of the account above stays")

tap.is(words("administrators = { 'dana' }", held({ prune = true, accounts = {
    { account = "team", organization = "atelier", description = "team",
        coordinators = "dana" }, { account = "lab", organization = "x" } },
    associations = { row("team", "", { parent = "root" }), row("team", "alice"),
        row("team", "dana"), row("lab", "", { parent = "root" }), row("lab", "dana") },
    users = { { user = "dana", default_account = "lab" } } })),
    "delete user where name=dana account=team cluster=sandbox",
    "an administrator with another account needs none there")
local both = change.of(assert(engine.load([[
cluster "cpu" { partition = "cpu" }
workspace "a" { account = "a", clusters = { "cpu" }, users = { "alice" },
    administrators = { "dana" } }
workspace "b" { account = "b", clusters = { "cpu" }, users = { "alice" },
    administrators = { "dana" } }
]], "policy.lua")), empty())
local introduced = 0
for _, one in ipairs(both.changes) do
    introduced = introduced + (one.what == "user dana" and 1 or 0)
end
tap.is(introduced, 1, "a new administrator of two workspaces is made known once")

-- Who is not on this machine.
line, plan = words("groups = { 'ml' }, administrators = { 'nadia' }", held({ prune = true,
    groups = {}, unknown = { users = { "alice", "nadia" }, groups = { "ml" } },
    associations = { row("team", "", { parent = "root" }), row("team", "bob") } }))
tap.is(line, "", "a user who is not there is not made, and an unknown group removes nobody")
tap.is(plan.kept[1], "workspace `vision` (policy.lua:2): this machine knows no user "
    .. "`alice`, which is in key `users`, and is left out", "... said")
tap.is(#plan.kept, 3, "... of each")

-- Further accounts, of which one is another workspace's.
local pair = assert(engine.load([[
cluster "cpu" { partition = "cpu" }
workspace "a" { account = "a", accounts = { "a2", "b" }, clusters = { "cpu" },
    users = { "alice" }, administrators = { "alice" } }
workspace "b" { account = "b", clusters = { "cpu" }, users = { "bob" } }
]], "policy.lua"))
local told = {}
for index, one in ipairs(require("atelier.accounting.required_accounting")(pair).administrators) do
    told[index] = one.account .. " " .. one.user
end
tap.is(table.concat(told, ", "), "a alice, a2 alice",
    "administrators coordinate the workspace's accounts, and no other workspace's")
tap.done()
