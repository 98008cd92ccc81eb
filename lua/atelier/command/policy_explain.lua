-- policy_explain.lua: `atelier policy explain`: what the policy decides for a job, and why.

local configuration = require("atelier.site.configuration_questions")
local enforcement = require("atelier.site.enforcement")
local explanation = require("atelier.explain.described_job")
local explanation_view = require("atelier.explain.explanation_text")
local requirement = require("atelier.site.requirement")
local sbatch_options = require("atelier.sbatch.sbatch_options")

-- What few calls need is read when they do: every call waits for what is read.
local function batch_script()
    return require("atelier.sbatch.batch_script")
end

local function explained_job()
    return require("atelier.explain.known_job")
end

local NODES_MAX = 65536
local TASKS_MAX = 1048576

-- { name, value (nil: none) } of each option. Of hosts, from a file or not, `value` is still
-- what was written.
local function take(asked, option, text)
    local is_list = option.letter == "w" or option.letter == "F"
    asked.words = asked.words or {}
    asked.words[#asked.words + 1] = { name = is_list and "nodelist" or option.name,
        value = text, hosts = is_list and (option.letter == "F" or text:find("/", 1, true))
            and "path" or is_list and "text" or nil, option = option.name }
end

local SBATCH = sbatch_options.all(take)

local command = {
    summary = "say what it decides for a job, and why",
    about = "Says what the policy decides for a job, and which line of it decided. The job need "
        .. "not exist.",
    short = "[OPTION...]",
    options = {
        { name = "user", argument = "NAME",
            about = "The job's user, with the groups that this machine knows" },
        { name = "job", argument = "ID", about = "A job that Slurm knows, decided again today" },
        { name = "policy", argument = "FILE", about = "A draft instead of the policy in force" },
        { name = "json", letter = "j", about = "Print JSON" },
    },
    more_options = SBATCH,
    more_about = "The job, in the options of sbatch; all others of sbatch are taken, too:",
    operands = { { name = "script", argument = "[SCRIPT [ARGUMENT...]]", list = true } },
    in_order = true,
    policy = "last", draft = "policy",
}

function command.check(asked)
    if asked.job and (asked.user or asked.script or asked.words) then
        return "--job says it all: leave the job's options out"
    elseif asked.job and asked.job:find("[^0-9_+]") then
        return "`" .. asked.job .. "` is no job id"
    end
end

local function script_of(asked)
    return asked.script and asked.script[1]
end

-- Reads the script once; what is wrong with it ends the explanation.
local function read_script(asked, known)
    if script_of(asked) and known.script and not known.lines then
        local words, told = batch_script().read(known.script, script_of(asked):match("[^/]*$"),
            SBATCH)
        known.lines = { words = words or {}, notes = words and told or {},
            fault = not words and told or nil }
    end
    return known.lines or { words = {}, notes = {} }
end

-- The words whose hosts are to be named each, in this order: of the script, then of the
-- command line, then of the environment's file.
local function host_lists(asked, known)
    local lists = {}
    for _, words in ipairs({ read_script(asked, known).words, asked.words or {} }) do
        for _, word in ipairs(words) do
            lists[#lists + 1] = word.hosts and { [word.hosts] = word.value } or nil
        end
    end
    local file = known.environment and known.environment.SLURM_HOSTFILE
    lists[#lists + 1] = file and { path = file } or nil
    return lists
end

-- Puts what is known of the hosts into the words; returns a sentence where a file cannot be
-- read.
local function settle_hosts(asked, known)
    local place = 0
    local function next_list()
        place = place + 1
        return known.hosts and known.hosts[place]
    end
    for _, words in ipairs({ read_script(asked, known).words, asked.words or {} }) do
        for _, word in ipairs(words) do
            local hosts = word.hosts and next_list()
            if word.hosts and not hosts then
                return word.from and word.from .. ": " .. batch_script().UNREADABLE
                    or ("--%s=%s cannot be read"):format(word.option, word.value)
            end
            word.value, word.hosts = hosts or word.value, nil
        end
    end
    local file = known.environment.SLURM_HOSTFILE
    if file then
        known.environment.SLURM_HOSTFILE = next_list()
        if not known.environment.SLURM_HOSTFILE then
            return ("$SLURM_HOSTFILE: %s cannot be read: correct it, or unset it")
                :format(file:sub(1, 300))
        end
    end
end

local function question_of(asked, here, known)
    return { user = asked.user or here.user, uid = known.person.uid,
        groups = known.person.groups, has_script = asked.script ~= nil,
        script = read_script(asked, known).words, command = asked.words or {},
        environment = known.environment, launchers = known.launchers }
end

-- The answer, or a sentence.
local function decide(policy, asked, here, known)
    local lines = read_script(asked, known)
    local fault = lines.fault or settle_hosts(asked, known)
    if fault then
        return nil, fault
    end
    local answer, sentence = explanation.explain(policy, question_of(asked, here, known))
    if answer then
        for _, note in ipairs(answer.notes or {}) do
            lines.notes[#lines.notes + 1] = note
        end
        answer.notes = lines.notes
    end
    return answer, sentence
end

-- Only of a framework that somebody names is it asked whether the job has room for it.
local function needs_launchers(asked, known)
    for _, words in ipairs({ read_script(asked, known).words, asked.words or {} }) do
        for _, word in ipairs(words) do
            if word.name == "framework" then
                return true
            end
        end
    end
    for key in pairs(known.environment) do
        if key:find("FRAMEWORK", 1, true) then
            return true
        end
    end
    return false
end

local function first_questions(asked, here, known)
    local questions = {
        { name = "environment", source = "environment" },
        { name = "person", source = "person", user = asked.user or here.user },
    }
    if script_of(asked) then
        questions[#questions + 1] = { name = "script", source = "file", path = script_of(asked),
            in_path = true }
    end
    local is_read = known.environment and (known.script or not script_of(asked))
    questions[#questions + 1] = is_read and needs_launchers(asked, known)
        and { name = "launchers", source = "launcher_texts" } or nil
    local lists = is_read and host_lists(asked, known) or {}
    questions[#questions + 1] = #lists > 0
        and { name = "hosts", source = "hosts", lists = lists } or nil
    return questions, is_read and known.person and (#lists == 0 or known.hosts)
        and (known.launchers or not needs_launchers(asked, known))
end

local function count_of(request, key, otherwise)
    local count = tonumber(request[key])
    return count and count > 0 and math.floor(count) or otherwise
end

-- On so many nodes, of which each has a task.
local function wish_of(answer, key)
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

local function is_too_large(wish)
    return wish.nodes > NODES_MAX or wish.tasks > TASKS_MAX
end

-- On the least nodes that it may get, or on the most where the launcher needs more.
local function ask_layout(questions, answer, known)
    local wish, most = wish_of(answer, "nodes"), wish_of(answer, "max_nodes")
    if not answer.request.framework or is_too_large(wish) then
        return
    end
    questions[#questions + 1] = layout("tasks", answer, wish)
    if known.faults.tasks and most.nodes > wish.nodes and most.nodes <= NODES_MAX then
        questions[#questions + 1] = layout("most_tasks", answer, most)
    end
end

local function has_decision(answer)
    return answer.decision and next(answer.decision) ~= nil
end

-- What Slurm does of what the policy decides.
local function further_questions(asked, known)
    local questions, answer = {}, known.decided
    if not has_decision(answer) then
        return questions
    end
    configuration.ask(questions, known, { optional = true })
    if enforcement.is_counted(answer.limits) then
        questions[#questions + 1] = enforcement.question(answer.decision.account)
    end
    if not asked.job then
        ask_layout(questions, answer, known)
    end
    return questions
end

function command.ask(asked, here, known, policy)
    if not asked.job and not asked.user and not here.user then
        return {}
    elseif not known.decided and not known.fault then
        local questions, is_complete
        if asked.job then
            questions, is_complete = explained_job().ask(asked.job, known)
        else
            questions, is_complete = first_questions(asked, here, known)
        end
        if not is_complete then
            return questions
        end
        if asked.job then
            known.decided, known.fault = explained_job().decide(policy, asked.job, known)
        else
            known.decided, known.fault = decide(policy, asked, here, known)
        end
    end
    return known.decided and further_questions(asked, known) or {}
end

-- A launcher that has no place for such a job ends its steps: the answer is then no.
local function refuse(answer, sentence)
    answer.refusal = { text = sentence }
    answer.decision, answer.launch = nil, nil
end

local function launch_line(wish, cpus)
    return ("srun --nodes=%d --ntasks=%d%s PROGRAM"):format(wish.nodes, wish.tasks,
        cpus and cpus > 0 and (" --cpus-per-task=%d"):format(cpus) or "")
end

-- Adds { tasks, launch } to the answer of a job that is accepted; returns a sentence where
-- that cannot be.
local function add_tasks(answer, known)
    local wish = wish_of(answer, known.most_tasks and "max_nodes" or "nodes")
    if is_too_large(wish) then
        return ("explain lays out at most %d tasks on %d nodes"):format(TASKS_MAX, NODES_MAX)
    elseif known.faults.tasks and not known.most_tasks then
        if known.parties.tasks ~= "user" then
            return known.faults.tasks
        end
        refuse(answer, known.faults.tasks)
        return nil
    end
    answer.tasks = known.most_tasks or known.tasks or {}
    answer.launch = launch_line(wish, answer.cpus_per_task)
end

-- Adds what Slurm's configuration keeps it from doing, and who enforces each limit.
local function add_enforcement(policy, answer, known)
    local slurm = known.files and configuration.of(known)
    answer.warnings = slurm and requirement.check(policy, slurm).problems or nil
    local judged = enforcement.judge(policy, { limits = answer.limits,
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

function command.answer(policy, asked, known, here)
    local answer, fault = known.decided, known.fault
    if not answer then
        return { faults = { fault or ("your user id %d has no name: say --user")
            :format(here.uid) } }
    elseif has_decision(answer) then
        add_enforcement(policy, answer, known)
        fault = not asked.job and add_tasks(answer, known)
        if fault then
            return { faults = { fault } }
        end
    end
    answer.broken_file = known.broken
    return { data = answer, view = explanation_view.of(answer), good = is_good(answer) }
end

return command
