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
tap.is(#declarations, 5, "the manual page shows every kind")
local functions = displays("FUNCTIONS")
tap.is(#functions, 2, "and both functions")
policy = loads(table.concat(declarations) .. table.concat(functions),
    "and together they are a policy")
local decision = engine.submit(policy, { user = "alice", gpus = 8, time_limit = 2880 })
tap.is(decision and decision.partition, "gpu-long", "that decides as the page says")
local _, refusal = engine.submit(policy, { user = "alice", gpus = 16 })
tap.is(refusal and refusal.text, "more than 8 GPUs are for batch jobs: use sbatch",
    "and refuses")
local examples = displays("EXAMPLES")
tap.is(#examples, 2, "it has two examples")
loads(examples[1], "the first is a policy")
policy = loads(examples[2], "the second is a policy")
tap.ok(engine.on_node(policy, { user = "x", groups = { "physics" }, account = "physics",
    partition = "cpu", workspace = "physics" }), "that lets in members by group")

-- Every key of every kind is in the page, and what is not enforced says so.
local schema = require("atelier.policy.schema")
local kinds = { experiment = schema.workspace.experiments.each }
for kind, keys in pairs(schema) do
    kinds[kind] = keys
end
for kind, keys in pairs(kinds) do
    local start = page:find(".Ss " .. kind .. "\n", 1, true) or #page
    local text = page:sub(start, page:find("\n.S[sh] ", start + 1) or #page)
    for key, rule in pairs(keys) do
        local at = text:find(".It Ic " .. key .. "\n", 1, true)
        tap.ok(at, "key " .. key .. " of " .. kind .. " is in the manual page")
        local next_key = text:find("\n.It Ic", at or #text, true)
        local about = text:sub(at or #text, next_key or #text)
        tap.is(about:gsub("\n", " "):lower():find("not enforced yet", 1, true) ~= nil,
            rule.note ~= nil, "... which says whether it is enforced")
    end
end
local limits = page:sub(page:find(".Sh LIMITS\n", 1, true),
    page:find(".Sh FUNCTIONS\n", 1, true))
for key in pairs(schema.workspace.limits.keys) do
    tap.has(limits, ".It Ic " .. key .. "\n", "limit " .. key .. " is in the page")
end

-- The sites in slurm-conf/examples decide what their cases say.
local function cases_of(path)
    local list = {}
    local environment = { case = function(title)
        return function(body)
            list[#list + 1] = { title = title, body = body }
        end
    end }
    local chunk
    if setfenv then
        chunk = setfenv(assert(loadstring(read(path), "=" .. path)), environment)
    else
        chunk = assert(load(read(path), "=" .. path, "t", environment))
    end
    chunk()
    return list
end
for _, site in ipairs({ "group", "university", "centre" }) do
    local path = "slurm-conf/examples/" .. site
    policy = loads(read(path .. ".lua"), path .. ".lua")
    for _, case in ipairs(policy and cases_of(path .. "-cases.lua") or {}) do
        local expected = case.body.expect
        case.body.expect = nil
        decision, refusal = engine.submit(policy, case.body)
        if expected.refused then
            tap.has(refusal and refusal.text, expected.refused,
                site .. ": " .. case.title)
        else
            tap.ok(decision, site .. ": " .. case.title .. (refusal
                and " is refused: " .. refusal.text or ""))
        end
        for key, wanted in pairs(decision and expected or {}) do
            tap.is(decision[key], wanted, "... " .. key)
        end
    end
end

-- A site's own job_submit.lua, as the page shows it.
local slurmctld = require("slurmctld")
slurmctld.start()
local own = read("doc/atelier-job-submit.7"):match("%.nf\n(    package%.path.-)%.fi")
assert((loadstring or load)(own, "=job_submit.lua"))()
require("atelier.slurm").policy_file = "/nonexistent/policy.lua"
tap.is(slurm_job_submit(slurmctld.job_desc({}), {}, 7), 0,
    "a site's own script: no option")
tap.is(slurm_job_submit(slurmctld.job_desc({
    spank_job_env = { [0] = "_SLURM_SPANK_OPTION_atelier_workspace=vision" },
}), {}, 7), 2002, "... an option of ours, and no policy")
tap.is(slurm_job_modify(slurmctld.changed_desc({}), {}, {}, 7), 0, "... a modification")
tap.done()
