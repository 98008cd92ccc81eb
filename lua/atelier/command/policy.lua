-- policy.lua: the verbs of `atelier policy`. Each function returns a command, as
-- command_line/session.lua takes it; what only one of them needs is read there.

local policy = {}

local CASES = "cases.lua" -- beside the policy

function policy.apply()
    local plan = require("atelier.accounting.accounting_plan")
    return {
        summary = "bring slurmdbd in line with it",
        about = "Brings slurmdbd in line with the policy: accounts, users, coordinators, QOS, "
            .. "limits and, where Slurm enforces them, wckeys. Prints the plan first, and asks.",
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
        columns = plan.COLUMNS,
        policy = "good", draft = "policy",
        ask = plan.ask, answer = plan.answer,
    }
end

function policy.check()
    local problems = require("atelier.site.policy_problems")
    return {
        summary = "say all that is wrong with the policy",
        about = "Says all that is wrong with the policy, what it names that Slurm does not know, "
            .. "and what it needs of Slurm's configuration. FILE may be a draft; without it, the "
            .. "policy in force.",
        options = {
            { name = "offline", letter = "o", about = "Check the file alone: ask neither Slurm for "
                .. "its names and configuration nor this machine for users and groups" },
            { name = "node", letter = "n",
                about = "Say what this machine lacks as a node of jobs" },
            { name = "json", letter = "j", about = "Print JSON" },
        },
        operands = { { name = "file", argument = "[FILE]", excess = "one file at a time" } },
        policy = "any", draft = "file",
        ask = problems.ask, answer = problems.answer,
    }
end

local function check_explain(asked)
    if asked.job and (asked.user or asked.script or asked.words) then
        return "--job says it all: leave the job's options out"
    elseif asked.job and asked.job:find("[^0-9_+]") then
        return "`" .. asked.job .. "` is no job id"
    end
end

local EXPLAINED = { "what", "value", "place", "why" }
local COMPARED = { "what", "value", "place", "why", "was", "is" }

local function explain_columns(asked)
    return asked.job and COMPARED or EXPLAINED
end

local function answer_explain(...)
    return require("atelier.explain.explanation_answer").of(...)
end

function policy.explain()
    local job_words = require("atelier.sbatch.job_words")
    local questions = require("atelier.explain.explanation_questions")
    return {
        summary = "say what it decides for a job, and why",
        about = "Says what the policy decides for a job, and which line of it decided. The job "
            .. "need not exist.",
        short = "[OPTION...]",
        options = {
            { name = "user", argument = "NAME",
                about = "The job's user, with the groups that this machine knows" },
            { name = "job", argument = "ID",
                about = "A job that Slurm knows, decided again today" },
            { name = "policy", argument = "FILE",
                about = "A draft instead of the policy in force" },
            { name = "json", letter = "j", about = "Print JSON" },
            { name = "columns", argument = "COLUMNS",
                about = "These columns of its tables alone, of what, value, place and why; with "
                    .. "--job of was and is, too" },
        },
        columns = explain_columns,
        more_options = job_words.OPTIONS,
        more_about = "The job, in the options of sbatch; all others of sbatch are taken, too:",
        operands = { { name = "script", argument = "[SCRIPT [ARGUMENT...]]", list = true } },
        in_order = true,
        policy = "last", draft = "policy",
        check = check_explain, ask = questions.ask, answer = answer_explain,
    }
end

local function key_of(asked)
    return (asked.kind:gsub("-", "_"))
end

local function show_columns(asked)
    return asked.name and { "key", "value" }
        or require("atelier.show.policy_entries").columns(key_of(asked))
end

-- Root sees all, and so does the reader of a draft, who could read the file.
local function viewer_of(asked, here)
    return not here.is_root and not asked.policy
        and { user = here.user, groups = here.groups } or nil
end

local function answer_show(declared, asked, _known, here)
    local viewer = viewer_of(asked, here)
    if viewer and not viewer.user then
        return { faults = { ("your user id %d has no name on this machine"):format(here.uid) } }
    end
    local data, rows = require("atelier.show.policy_entries").show(declared,
        { kind = key_of(asked), name = asked.name, viewer = viewer })
    if data == nil then
        return { faults = { rows }, good = false }
    end
    return { data = data, good = true, view = { { columns = show_columns(asked), rows = rows,
        head = asked.name == nil } } }
end

function policy.show()
    return {
        summary = "show what it declares",
        about = "Shows what the policy declares: root all of it, users what is theirs.",
        short = "KIND [NAME]",
        options = {
            { name = "policy", letter = "f", argument = "FILE",
                about = "A draft instead of the policy in force" },
            { name = "json", letter = "j", about = "Print JSON" },
            { name = "output", letter = "o", argument = "COLUMNS",
                about = "These columns alone, by the names in a list's head" },
        },
        operands = {
            { name = "kind", argument = "workspace|cluster|volume|file-server",
                choose = { "workspace", "cluster", "volume", "file-server" },
                unknown = "`%s` is nothing that a policy declares: %s",
                missing = "say what: workspace, cluster, volume or file-server" },
            { name = "name", argument = "[NAME]", excess = "one name at a time" },
        },
        policy = "good", draft = "policy", groups = true,
        columns = show_columns, answer = answer_show,
    }
end

local function path_of(asked, known)
    return asked.file or (known.policy.path:match("^.*/") or "") .. CASES
end

local function ask_test(asked, _here, known)
    return { { name = "text", source = "file", path = path_of(asked, known) } }
end

-- TAP reads `#` as the beginning of a directive.
local function title(one, number)
    return ("%sok %d - %s"):format(#one.failures > 0 and "not " or "", number,
        (one.name:gsub("#", "?")))
end

local function answer_test(declared, asked, known)
    local cases, problems = require("atelier.explain.case").run(declared, { text = known.text,
        file = path_of(asked, known):match("[^/]*$") })
    if not cases then
        return { faults = problems }
    end
    local view, good = { "1.." .. #cases }, true
    for number, one in ipairs(cases) do
        view[#view + 1] = title(one, number)
        for _, sentence in ipairs(one.failures) do
            view[#view + 1] = ("# %s:%d: %s"):format(one.file, one.line, sentence)
            good = false
        end
    end
    return { view = view, good = good }
end

function policy.test()
    return {
        summary = "run the site's cases",
        about = "Runs the cases of FILE against the policy and prints TAP. Without FILE, those of "
            .. CASES .. " beside the policy.",
        options = {
            { name = "policy", letter = "f", argument = "FILE",
                about = "A draft instead of the policy in force" },
        },
        operands = { { name = "file", argument = "[FILE]", excess = "one file at a time" } },
        policy = "good", draft = "policy",
        ask = ask_test, answer = answer_test,
    }
end

return policy
