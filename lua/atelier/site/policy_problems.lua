-- policy_problems.lua: what `atelier policy check` asks of Slurm and of this machine, and all
-- that is wrong with the policy.

local configuration_questions = require("atelier.site.configuration_questions")
local inventory = require("atelier.site.inventory")
local people = require("atelier.site.people")

local policy_problems = {}

local ADVICE = "--offline checks the file alone"

function policy_problems.ask(asked, _here, known, policy)
    local questions = {}
    if #known.policy.problems > 0 then
        return questions
    elseif asked.node then
        questions[1] = { name = "lacking", source = "lacking",
            needed = inventory.on_node(policy) }
    end
    if asked.offline then
        return questions
    end
    local names = people.names(policy)
    inventory.ask(questions, { advice = ADVICE })
    questions[#questions + 1] = { name = "unknown", source = "unknown", users = names.users,
        groups = names.groups }
    configuration_questions.ask(questions, known, { accounting = true, advice = ADVICE })
    return questions
end

local function extend(list, more)
    for _, one in ipairs(more or {}) do
        list[#list + 1] = one
    end
end

-- What judges the answers is read when they are there, so that Slurm is asked sooner.
-- { problems, configuration, notes, overview }: what is wrong with the policy is not counted
-- with what is wrong with Slurm's configuration.
local function look(policy, asked, known)
    local found = inventory.check(policy, known)
    if not asked.offline then
        local lacking = require("atelier.site.requirement").check(policy,
            configuration_questions.of(known))
        found.configuration = lacking.problems
        extend(found.notes, lacking.notes)
    end
    local tried = require("atelier.decide.trial").check(policy)
    extend(found.problems, tried.problems)
    extend(found.notes, tried.notes)
    extend(found.problems, not asked.offline and people.check(policy, known.unknown) or {})
    for _, one in ipairs(known.lacking or {}) do
        found.problems[#found.problems + 1] = ("%s %s is no %s here"):format(one.what, one.path,
            one.type)
    end
    return found
end

local function count(view, place, number)
    if number > 0 then
        view[#view + 1] = ("%s: %d problem%s"):format(place, number, number == 1 and "" or "s")
    end
end

local function view_of(path, found)
    local view = {}
    extend(view, found.problems)
    extend(view, found.configuration)
    for _, sentence in ipairs(found.notes) do
        view[#view + 1] = "note: " .. sentence
    end
    count(view, "Slurm's configuration", #(found.configuration or {}))
    count(view, path, #found.problems)
    view[#view + 1] = #found.problems == 0 and path .. ": good: " .. found.overview or nil
    return view
end

function policy_problems.answer(policy, asked, known)
    local problems = known.policy.problems
    local found = #problems > 0 and { problems = problems, notes = {} }
        or look(policy, asked, known)
    return { data = found, view = view_of(known.policy.path, found),
        good = #found.problems + #(found.configuration or {}) == 0 }
end

return policy_problems
