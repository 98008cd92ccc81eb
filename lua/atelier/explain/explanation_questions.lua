-- explanation_questions.lua: what `atelier policy explain` asks of Slurm and of this machine.

local association_rows = require("atelier.accounting.association_rows")
local configuration_questions = require("atelier.site.configuration_questions")
local job_words = require("atelier.sbatch.job_words")

-- Every call waits for the modules that are read, so that each kind of job has its own, and what
-- only the answer needs (explanation_answer.lua) is read when Slurm has been asked.
local function known_job()
    return require("atelier.explain.known_job")
end

local function described_job()
    return require("atelier.explain.described_job")
end

local explanation_questions = {}

local NODES_MAX = 65536
local TASKS_MAX = 1048576

local function question_of(asked, here, known)
    return { user = asked.user or here.user, uid = known.person.uid,
        groups = known.person.groups, has_script = asked.script ~= nil,
        script = job_words.read_script(asked, known).words, command = asked.words or {},
        environment = known.environment, launchers = known.launchers }
end

-- Returns the answer; or nil and the sentence that says why there is none.
local function decide(policy, asked, here, known)
    local lines = job_words.read_script(asked, known)
    local fault = lines.fault or job_words.settle_hosts(asked, known)
    if fault then
        return nil, fault
    end
    local answer, sentence = described_job().explain(policy, question_of(asked, here, known))
    if answer then
        for _, note in ipairs(answer.notes or {}) do
            lines.notes[#lines.notes + 1] = note
        end
        answer.notes = lines.notes
    end
    return answer, sentence
end

-- Nearly each job is decided on, and its decision takes longer than Slurm to answer.
local function ask_configuration(questions, known)
    configuration_questions.ask(questions, known, { optional = true, ahead = true })
end

local function first_questions(asked, here, known)
    local questions = {
        { name = "environment", source = "environment" },
        { name = "person", source = "person", user = asked.user or here.user },
    }
    ask_configuration(questions, known)
    if job_words.script_of(asked) then
        questions[#questions + 1] = { name = "script", source = "file",
            path = job_words.script_of(asked), in_path = true }
    end
    local is_read = known.environment and (known.script or not job_words.script_of(asked))
    questions[#questions + 1] = is_read and job_words.needs_launchers(asked, known)
        and { name = "launchers", source = "launcher_texts" } or nil
    local lists = is_read and job_words.host_lists(asked, known) or {}
    questions[#questions + 1] = #lists > 0
        and { name = "hosts", source = "hosts", lists = lists } or nil
    return questions, is_read and known.person and (#lists == 0 or known.hosts)
        and (known.launchers or not job_words.needs_launchers(asked, known))
end

local function count_of(request, key, otherwise)
    local count = tonumber(request[key])
    return count and count > 0 and math.floor(count) or otherwise
end

-- Returns the nodes and tasks of the step that is laid out: no more nodes than tasks. `key` is
-- that of the nodes, "nodes" or "max_nodes".
function explanation_questions.wish_of(answer, key)
    local request = answer.request
    local nodes = count_of(request, key, 1)
    local tasks = count_of(request, "tasks", nodes)
    return { nodes = math.min(nodes, tasks), tasks = tasks }
end

local function layout(name, answer, wish)
    return { name = name, source = "layout", optional = true,
        framework = answer.request.framework, nodes = wish.nodes, tasks = wish.tasks,
        cpus_per_task = answer.cpus_per_task, environment = answer.environment }
end

-- Returns a sentence where the step has more than is laid out.
function explanation_questions.excess(wish)
    return (wish.nodes > NODES_MAX or wish.tasks > TASKS_MAX)
        and ("explain lays out at most %d tasks on %d nodes"):format(TASKS_MAX, NODES_MAX) or nil
end

-- Asks for the layout on the least nodes that the job may get, or on the most where the
-- launcher needs more.
local function ask_layout(questions, answer, known)
    local wish = explanation_questions.wish_of(answer, "nodes")
    local most = explanation_questions.wish_of(answer, "max_nodes")
    if not answer.request.framework or explanation_questions.excess(wish) then
        return
    end
    questions[#questions + 1] = layout("tasks", answer, wish)
    if known.faults.tasks and most.nodes > wish.nodes and most.nodes <= NODES_MAX then
        questions[#questions + 1] = layout("most_tasks", answer, most)
    end
end

function explanation_questions.has_decision(answer)
    return answer.decision and next(answer.decision) ~= nil
end

-- Asks Slurm which parts of the decision it enforces.
local function further_questions(asked, known)
    local questions, answer = {}, known.decided
    if not explanation_questions.has_decision(answer) then
        return questions
    end
    ask_configuration(questions, known)
    if association_rows.are_needed(answer.limits) then
        questions[#questions + 1] = association_rows.question(answer.decision.account)
    end
    if not asked.job then
        ask_layout(questions, answer, known)
    end
    return questions
end

function explanation_questions.ask(asked, here, known, policy)
    if not asked.job and not asked.user and not here.user then
        return {}
    elseif not known.decided and not known.fault then
        local questions, is_complete
        if asked.job then
            questions, is_complete = known_job().ask(asked.job, known)
        else
            questions, is_complete = first_questions(asked, here, known)
        end
        if not is_complete then
            return questions
        end
        if asked.job then
            known.decided, known.fault = known_job().decide(policy, asked.job, known)
        else
            known.decided, known.fault = decide(policy, asked, here, known)
        end
    end
    return known.decided and further_questions(asked, known) or {}
end

return explanation_questions
