-- explanation_answer.lua: what `atelier policy explain` tells, once Slurm has been asked.

local configuration_questions = require("atelier.site.configuration_questions")
local explanation_text = require("atelier.explain.explanation_text")
local questions = require("atelier.explain.explanation_questions")

local explanation_answer = {}

-- A launcher that has no place for such a job ends its steps: the answer is then no.
local function refuse(answer, sentence)
    answer.refusal = { text = sentence }
    answer.decision, answer.launch = nil, nil
end

local function launch_line(wish, cpus)
    return ("srun --nodes=%d --ntasks=%d%s PROGRAM"):format(wish.nodes, wish.tasks,
        cpus and cpus > 0 and (" --cpus-per-task=%d"):format(cpus) or "")
end

-- Whether Slurm may give the job more nodes than those laid out, as where its tasks do not fit on
-- them: nothing of the request or of the decision bounds them.
local function may_grow(answer, wish)
    local most = answer.decision.max_nodes or tonumber(answer.request.max_nodes) or math.huge
    return math.min(most, wish.tasks) > wish.nodes
end

-- Adds { tasks, launch, may_grow } to the answer of a job that is accepted; returns a sentence
-- where that cannot be.
local function add_tasks(answer, known)
    local wish = questions.wish_of(answer, known.most_tasks and "max_nodes" or "nodes")
    local excess = questions.excess(wish)
    if excess then
        return excess
    elseif known.faults.tasks and not known.most_tasks then
        if known.parties.tasks ~= "user" then
            return known.faults.tasks
        end
        refuse(answer, known.faults.tasks)
        return nil
    end
    answer.tasks = known.most_tasks or known.tasks or {}
    answer.launch = launch_line(wish, answer.cpus_per_task)
    answer.may_grow = may_grow(answer, wish)
end

-- Adds what Slurm's configuration keeps it from doing, and who enforces each limit.
local function add_enforcement(policy, answer, known)
    local slurm = known.files and configuration_questions.of(known)
    answer.warnings = slurm
        and require("atelier.site.requirement").check(policy, slurm).problems or nil
    local judged = require("atelier.accounting.enforcement").judge(policy, { limits = answer.limits,
        fault = known.faults.slurm or known.faults.associations,
        slurm = slurm and slurm.slurm, job_submit = slurm and slurm.job_submit,
        associations = known.associations })
    for index, limit in ipairs(answer.limits) do
        limit.enforced_by, limit.told = judged[index].enforced_by, judged[index].told
    end
end

local function is_good(answer)
    return not answer.refusal and #(answer.differences or {}) == 0
end

-- What command_line/session.lua shows.
function explanation_answer.of(policy, asked, known, here)
    local answer, fault = known.decided, known.fault
    if not answer then
        return { faults = { fault or ("your user id %d has no name: say --user")
            :format(here.uid) } }
    elseif questions.has_decision(answer) then
        add_enforcement(policy, answer, known)
        fault = not asked.job and add_tasks(answer, known)
        if fault then
            return { faults = { fault } }
        end
    end
    answer.broken_file = known.broken
    return { data = answer, good = is_good(answer),
        view = explanation_text.of(answer) }
end

return explanation_answer
