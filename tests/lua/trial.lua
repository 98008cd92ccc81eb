-- The site's functions, tried with a spread of jobs before any job comes.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local budget = require("atelier.base.budget")
local engine = require("atelier.engine")
local trial = require("atelier.decide.trial")

limited = budget.call -- what the host of the command has

local function tried(addition)
    return trial.check(assert(engine.load([[
cluster "cpu" { partition = { "cpu", "long" } }
cluster "gpu" { partition = "gpu" }
workspace "vision" { account = "vision", accounts = { "extra" }, clusters = { "cpu", "gpu" },
    users = { "alice", "carol" }, qos = { normal = "normal", high = "rush" },
    experiments = { "digits", "letters" }, frameworks = { "pytorch", "mpi" },
    environment = { A = "1" } }
workspace "z-course" { account = "course", clusters = { "cpu" }, groups = { "students" } }
]] .. addition, "policy.lua")))
end

local function finds(addition, sentence, why)
    local problems = tried(addition).problems
    local all = table.concat(problems, "\n")
    tap.has(all, sentence, why)
    return problems
end

local function is_well(addition, why)
    local found = tried(addition)
    tap.is(found.problems[1], nil, why)
    return found.notes
end

-- route, with what a job may lack or have.
is_well("", "no functions")
is_well("route = function(job) if job.gpus and job.gpus > 4 then job.partition = 'cpu' end end",
    "a route that is well")
for key, use in pairs({ gpus = "> 4", time_limit = "> 60", nodes = "> 1", tasks = "> 1",
    memory = "> 1000", features = ".. 'x' == 'y'",
    reservation = ".. 'x' == 'y'", experiment = ".. 'x' == 'y'" }) do
    finds("route = function(job) if job." .. key .. " " .. use .. " then return end end",
        "policy.lua:8: route fails for a job of `alice` in workspace `vision` with "
        .. "nothing asked for: attempt to", "a job without " .. key)
end
local problems = finds("route = function(job) if job.gpus > 4 then return end end",
    "nothing asked for", "an error is said")
tap.is(#problems, 1, "... once, of all the jobs that meet it")
for _, condition in ipairs({ "job.array", "job.partition == 'long'", "job.partition == 'gpu'",
    "job.partition == 'cpu,long,gpu'", "job.experiment == 'letters'", "job.framework == 'mpi'",
    "job.qos == 'rush'", "job.script", "not job.gpus", "job.cpus == 1", "job.reservation",
    "job.workspace == 'z-course'", "job.features", "job.licenses",
    "job.array and not job.gpus", "job.gpus and job.nodes and not job.time_limit",
    "job.time_limit and job.time_limit > 1e6" }) do
    finds("route = function(job) if " .. condition .. " then refuse({}) end end", "refuse needs a sentence",
        "a job with " .. condition)
end
finds("route = function(job) if job.gpus and job.gpus > 4 then job.partition = 'gpu' end end",
    "in workspace `z-course` with everything asked for: route set `partition` to `gpu`",
    "a partition that one of the workspaces does not have")
finds("route = function(job) if job.array then job.account = 'root' end end",
    "route set `account` to `root`, which is neither", "what it may not set")
finds("route = function(job) if job.array then\n while true do end end end",
    "policy.lua:9: route fails for a job of `alice` in workspace `vision` with everything "
    .. "asked for: it does not end, or takes too long", "what does not end")
finds([[route = function(job)
    if job.gpus and job.gpus > 8 then job.user.x.y = 1 end
    if job.array then job.second.x = 1 end
end]], "policy.lua:10: route fails", "one error hides no other")
finds([[route = function(job)
    if job.partition == "long" then while true do end end
    if job.framework == "mpi" then job.user.x.y = 1 end
end]], "policy.lua:10: route fails", "nor does one that does not end")
finds("route = function(job) if job.script and job.array and job.features and job.memory "
    .. "and not job.gpus then job.user.x.y = 1 end end", "with all but gpus: ",
    "a job with all but one thing")
finds("route = function(job) if job.gpus == 1 and job.memory and job.features then "
    .. "job.user.x.y = 1 end end", "with one GPU and all else: ", "one thing beside all else")
is_well("route = function(job) refuse('closed') end", "a refusal is no failure")

-- default_workspace, with each user and each group.
finds("default_workspace = function(user) return user.groups[1] and 'vision' end",
    "default_workspace fails for `alice` with groups unknown: attempt to index",
    "groups are not always known")
finds("default_workspace = function(user) return ({ carol = 'visoin' })[user.name] end",
    "default_workspace fails for `carol` with groups unknown: it gave `visoin`, which is no "
    .. "workspace", "a user's workspace that is none")
finds("default_workspace = function(user) return user.groups and user.groups[1] end",
    "default_workspace fails for `somebody-else` in group `students`: it gave `students`",
    "a group's")
finds("default_workspace = function(user) while user.name == 'root' do end end",
    "default_workspace fails for `root` with groups unknown: it does not end",
    "what does not end for root")
tap.is(tried("default_workspace = function() return 'vision' end").notes[1],
    "default_workspace (policy.lua:8) gives `vision` also to users who are not its members: "
    .. "their jobs without --account are refused", "a default that is not for all is noted")
tap.is(is_well("default_workspace = function(user) if user.name == 'alice' then "
    .. "return 'vision' end end", "one for those whom it knows")[1], nil, "... and is not")

-- A thousand workspaces are tried in a moment.
local many = {}
for index = 1, 1000 do
    many[index] = 'workspace "w' .. index .. '" { account = "w' .. index
        .. '", clusters = { "cpu" }, users = { "u' .. index .. '" } }'
end
local before = os.clock()
finds(table.concat(many, "\n") .. "\nroute = function(job)\n"
    .. "if job.workspace == 'w999' and job.gpus > 1 then end end", "workspace `w999`",
    "the last of 1,000 workspaces")
tap.ok(os.clock() - before < 5, "... within 5 s")
tap.done()
