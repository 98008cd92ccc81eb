-- submission.lua: the decision on a new job, in slurmctld and for explain.

local decision = require("atelier.decide.decision")
local hook = require("atelier.policy.hook")
local membership = require("atelier.policy.membership")
local request = require("atelier.decide.request")
local scope = require("atelier.decide.scope")

local submission = {}

-- `asked` with the workspace and the experiment that apply, and without what the policy has
-- no say on. Who asks for no GPU may say so with 0 or say nothing: both are nil, so that
-- `if job.gpus then` means what it says.
local function completed(asked, workspace_name, experiment)
    local complete = {}
    for key, given in pairs(asked) do
        complete[key] = given
    end
    for _, option in ipairs(request.OPTIONS) do
        complete[option] = request.decides(option) and complete[option] or nil
    end
    complete.workspace, complete.experiment = workspace_name, experiment
    complete.gpus = asked.gpus ~= 0 and asked.gpus or nil
    complete.cpus = asked.cpus or asked.tasks or asked.nodes or 1
    return complete
end

local function explain_names(trace, policy, is_default, entered, asked, experiment)
    if is_default then
        trace:add("workspace", entered.name, hook.place(policy, "default_workspace"),
            "default_workspace chose it")
    else
        trace:add("workspace", entered.name)
    end
    if asked.experiment ~= nil then
        trace:add("experiment", experiment)
    elseif experiment then
        trace:add("experiment", experiment, entered.workspace or entered,
            "the default experiment of %s")
    end
    if asked.framework ~= nil then
        trace:add("framework", asked.framework)
    end
end

-- As submission.decide; the third value is the scope, as far as it is known, and the fourth
-- why default_workspace failed for a job that is therefore left alone.
function submission.traced(policy, asked, trace)
    asked = request.parted(asked)
    local workspace_name, is_default, refused, failed = scope.name(policy, asked)
    if refused then
        return nil, refused
    elseif not workspace_name then
        return {}, nil, nil, failed
    end
    local entered, experiment, sure = scope.enter(policy, workspace_name, asked)
    if not entered then
        return nil, experiment
    end
    if trace then
        explain_names(trace, policy, is_default, entered, asked, experiment)
    end
    local made, why = decision.make(policy, entered,
        completed(asked, workspace_name, experiment), trace)
    return made, membership.withhold(sure, workspace_name, why), entered
end

-- `asked`: { user, uid, groups (names, or nil when unknown), those of request.OPTIONS (the
-- framework's name with settings or without), account, partition, wckey, qos, nodes, tasks,
-- gpus, cpus, memory (MiB), time_limit (minutes), reservation, array, features, script }, nil
-- where not given.
-- Returns the decision (decision.lua), which is empty for a job without a workspace; or
-- nil and a refusal.
function submission.decide(policy, asked)
    local made, refused = submission.traced(policy, asked)
    return made, refused
end

-- Returns why default_workspace fails for a job without our options; nil when it does not.
function submission.default_failure(policy, asked)
    return (select(4, scope.name(policy, asked)))
end

return submission
