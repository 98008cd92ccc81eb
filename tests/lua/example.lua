-- The examples for sites: slurm-conf/policy.lua and those of the manual page.
local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local engine = require("atelier.engine")

local function read(path)
    local file = assert(io.open(top .. "/" .. path, "rb"))
    local text = file:read("*a")
    file:close()
    return text
end

local function loads(text, what)
    local policy, problems = engine.load(text, "policy.lua")
    tap.is(policy and "good" or table.concat(problems, "; "), "good", what)
    return policy
end

local policy = loads(read("slurm-conf/policy.lua"), "slurm-conf/policy.lua")
local plan = engine.on_node(policy, { user = "alice", groups = {}, account = "vision",
    partition = "debug", workspace = "vision", framework = "mpi" })
tap.is(plan and #plan.volumes, 2, "and alice gets her volumes from it")

-- The displays of one section of the manual page, as what they stand for.
local page = read("doc/atelier-policy.5")
local function displays(section)
    local start = assert(page:find(".Sh " .. section .. "\n", 1, true), section)
    local stop = page:find("\n.Sh ", start + 1, true)
    local found = {}
    for text in page:sub(start, stop):gmatch("%.Bd %-literal[^\n]*\n(.-)%.Ed") do
        found[#found + 1] = text:gsub("\\e", "\\")
    end
    return found
end

local declarations = displays("DECLARATIONS")
tap.is(#declarations, 4, "the manual page shows every kind")
loads(table.concat(declarations), "and together they are a policy")
local examples = displays("EXAMPLES")
tap.is(#examples, 2, "it has two examples")
loads(examples[1], "the first is a policy")
policy = loads(examples[2], "the second is a policy")
tap.ok(engine.on_node(policy, { user = "x", groups = { "physics" }, account = "physics",
    partition = "cpu", workspace = "physics" }), "that lets in members by group")

-- Every key of every kind is in the page.
for kind, keys in pairs(require("atelier.schema")) do
    local start = page:find(".Ss " .. kind .. "\n", 1, true) or #page
    local text = page:sub(start, page:find("\n.S[sh] ", start + 1) or #page)
    for key in pairs(keys) do
        tap.has(text, ".It Ic " .. key .. "\n", "key " .. key .. " of " .. kind
            .. " is in the manual page")
    end
end

-- A site's own job_submit.lua, as the page shows it.
local slurmctld = require("slurmctld")
slurmctld.start()
local own = displays("A JOB_SUBMIT.LUA OF YOUR OWN")[1]
assert((loadstring or load)(own, "=job_submit.lua"))()
require("atelier.slurm").policy_file = "/nonexistent/policy.lua"
tap.is(slurm_job_submit(slurmctld.job_desc({}), {}, 7), 0,
    "a site's own script: no option")
tap.is(slurm_job_submit(slurmctld.job_desc({
    spank_job_env = { [0] = "_SLURM_SPANK_OPTION_atelier_workspace=vision" },
}), {}, 7), 2002, "... an option of ours, and no policy")
tap.is(slurm_job_modify(slurmctld.job_desc({}), {}, {}, 7), 0, "... a modification")
tap.done()
