-- setup.lua: the line of plugstack.conf that `atelier site setup` makes, by policy.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local setup_plan = require("atelier.setup.setup_plan")

local function known()
    return {
        policy = { problems = {} }, faults = {}, trial = "--workspace=NAME",
        settings = { lua = "/usr/share/atelier/lua" },
        files = { directory = "/etc/slurm" },
        plugstack = { path = "/etc/slurm/plugstack.conf", plugins = "/plugins", own = "/plugins",
            count = 0 },
        paths = { ["/plugins/atelier.so"] = { is_there = true } },
        texts = { { { path = "/etc/slurm/slurm.conf", text = "" } }, {}, {}, {}, {} },
    }
end

-- What becomes of plugstack.conf.
local function line(policy, facts)
    local answer = setup_plan.answer(policy, { yes = true }, facts)
    for _, change in ipairs(answer.changes) do
        if change.path == "/etc/slurm/plugstack.conf" then
            return change.text:match("([^\n]*)\n$"), answer
        end
    end
    return nil, answer
end

tap.is(line(nil, known()), "required atelier.so", "without a policy the line is plain")
tap.is(line({ default_workspace = function() end }, known()), "required atelier.so defaults=on",
    "a default workspace is looked for on the nodes, too")

local broken = known()
broken.policy.problems = { "bad" }
tap.is(line({ default_workspace = function() end }, broken), "required atelier.so",
    "a policy that is wrong says nothing")

local elsewhere = known()
elsewhere.files.job_submit = nil -- another machine's
local _, answer = line(nil, elsewhere)
tap.ok(answer.good, "a machine that is no controller needs no script")
tap.has(answer.changes[1].text, "PrologFlags=Alloc\n", "and has the settings in its slurm.conf")
tap.has(answer.changes[1].text, "JobSubmitPlugins=lua\n", "which is the same on all machines")

local sent = known()
sent.files.directory = "/run/slurm/conf"
tap.has(setup_plan.answer(nil, {}, sent).faults[1], "say this on the controller",
    "what slurmctld sent is not edited")

tap.done()
