-- session.lua: one call of a command, as its host, cli/command_host.c, goes through it:
--
--     open     the words become what is asked for; or a text ends it (--help, a mistake)
--     ask      which questions are open now; again with their answers, until there are none
--     heard    what a program that is watched has written since the last time
--     known    takes one answer; `policy`, what was loaded
--     answer   what to show, make and write
--
-- A command is what the function of its verb in atelier.command.NOUN returns, or that module where
-- the noun has no verbs: { summary, about, options, operands (option_reader.lua), check(asked),
-- which policy it is about, ask, answer }. It never touches the system.
--
--     policy   nil: none; "good": one without problems; "any": known.problems has them;
--              "last": the last good one where the file is broken (known.broken);
--              "tried": as "any", and where none can be read known.policy.fault says why;
--              or a function of `asked`
--     columns  those of its tables that --output may name, a list or a function of `asked`;
--              --columns where --output is another word of the command's
--     draft    the key of `asked` that names a file in place of the policy in force
--     ask(asked, here, known, policy)       a list of questions, nil for none
--     answer(policy, asked, known, here)    { data, view, changes, files, good, faults }
--
-- A question is { name, argv, ... } of one of Slurm's programs, or { name, source, ... } of what
-- else the host can tell (cli/command_source.h). A program has `seconds` to end in. Its answer is
-- its text; with `fields` a list of rows, each { field = text }, of lines parted by `mark` (`|`);
-- with `json` a list of the lines that are objects of JSON. Behind the argv of srun may stand
-- `itself`: the words of the command of this program that is to run on the nodes, with the
-- settings of this call. `optional`: that it is not answered is known.faults[name] and
-- known.parties[name] (error.h), not the end; `advice` is told at the end.
-- One program at a time may be asked `ahead`: it begins at once, and its answer is waited for when
-- no other question is open; where none is open before, it was not needed, and is ended.
-- What a program with `watch` writes goes to the command while it runs, heard(asked, known, text,
-- clock), also when it is silent, and is ended when that returns true; its answer is
-- { ended (by itself), said (the begin of its stderr), fault (why it was not run) }.
--
-- An answer has: `data`, what --json prints (without it, the view); `view`, a list of
-- sentences (texts), lines of JSON, { json, keys }, and tables, { columns, rows, head, indent,
-- bad } (cli/view.h); `asides`, told to people on stderr; `changes`, each { verb, what, argv,
-- seconds }, or { verb, what, path, was, text } of a file (cli/file_edit.h), made one by one until
-- one fails;
-- `files`, each { path, text }; `good`: true, false (the exit status is 1), or nil for no
-- answer (2); `faults`: sentences for stderr.

local copy = require("atelier.base.copy")
local name = require("atelier.base.name")
local nearest = require("atelier.base.nearest")
local nouns = require("atelier.command_line.nouns")
local option_reader = require("atelier.command_line.option_reader")

local session = {}

-- Help is read when it is asked for, since every call waits for the modules that are read.
local function help()
    return require("atelier.command_line.help")
end

-- What the host knows of this call.
local state

local function noun_names()
    local names = {}
    for _, entry in ipairs(nouns.ALL) do
        names[entry.noun] = true
    end
    return name.sorted_keys(names)
end

local function advice(word, known)
    local best = nearest.find(word, known)
    return best and "did you mean `" .. best .. "`?"
        or "choose one of " .. table.concat(known, " ")
end

local function mistake(text)
    return { status = 2, complaint = text }
end

local function no_verb(noun, verb, verbs)
    if not verb then
        return mistake(("atelier %s needs a command: %s"):format(noun, table.concat(verbs, " ")))
    end
    return mistake(("atelier %s has no command `%s`: %s"):format(noun, name.quote(verb),
        advice(verb, verbs)))
end

-- The columns that an option names, in its order; or nil and a sentence.
local function columns_of(option, text, known)
    local wanted = {}
    for word in (text .. ","):gmatch("([^,]*),") do
        local found
        for _, column in ipairs(known) do
            found = found or column == word:lower() and column or nil
        end
        if not found then
            return nil, ("--%s=%s: there is no column `%s`: %s"):format(option, text, word,
                nearest.advice(word:lower(), known))
        end
        wanted[#wanted + 1] = found
    end
    return wanted
end

-- Returns `asked` with asked.output, the list of columns, where some are chosen; or nil and a
-- sentence.
local function choose_columns(asked, known)
    local option = asked.columns and "columns" or "output"
    local text, fault = asked[option], nil
    if text then
        known = type(known) == "function" and known(asked) or known
        asked.output, fault = columns_of(option, text, known)
    end
    return not fault and asked or nil, fault
end

local function begin(full, command, words)
    local asked, fault = option_reader.read(command, words)
    if asked and command.columns then
        asked, fault = choose_columns(asked, command.columns)
    end
    if not asked then
        return { status = 2, complaint = full .. ": " .. fault, advice = help().advice(full) }
    elseif asked.help then
        return { status = 0, text = help().text(full, command) }
    elseif asked.usage then
        return { status = 0, text = help().usage(full, command) }
    elseif asked.version == true then
        return { status = 0, version = true }
    end
    state = { asked = asked, command = command, known = { faults = {}, parties = {} } }
    local policy = command.policy
    policy = type(policy) == "function" and policy(asked) or policy
    return { name = full, policy = policy, draft = command.draft and asked[command.draft],
        groups = command.groups, json = asked.json }
end

-- `given`: { words, nouns }: the first word is the noun, and `nouns` are the modules of those that
-- there are. Returns { text or complaint, status };
-- or { name, policy, draft, groups, json } where there is more to do.
function session.open(_policy, given)
    local words = given.words
    nouns.add(given.nouns)
    if given.completes then
        return { status = 0, text = require("atelier.command_line.completion").text(words) }
    elseif #words == 0 then
        return { status = 0, text = help().list() }
    end
    local entry = nouns.entry(words[1])
    if not entry then
        return mistake(("atelier has no command `%s`: %s"):format(name.quote(words[1]),
            advice(words[1], noun_names())))
    end
    if entry.is_command then
        return begin("atelier " .. words[1], nouns.command(entry), copy.tail(words, 2))
    end
    if words[2] == "--help" or words[2] == "-?" then
        return { status = 0, text = help().list(words[1]) }
    end
    local command = nouns.command(entry, words[2])
    if not command then
        return no_verb(words[1], words[2], entry.verbs or {})
    end
    return begin(("atelier %s %s"):format(words[1], words[2]), command, copy.tail(words, 3))
end

-- `here`: { user, uid, groups, clock, node, terminal, job }.
function session.here(_policy, here)
    state.here = here
end

-- Returns the list of questions that are not answered yet, each with its name.
function session.ask(policy)
    local questions = state.command.ask
        and state.command.ask(state.asked, state.here, state.known, policy) or {}
    local open = {}
    for _, question in ipairs(questions) do
        if state.known[question.name] == nil and not state.known.faults[question.name] then
            open[#open + 1] = question
        end
    end
    return open
end

-- `policy`: { path, files, problems, broken } of the one that the host has loaded, or { path,
-- files, problems, fault, is_strange } of one that was tried.
function session.policy(_policy, policy)
    state.known.policy, state.known.broken = policy, policy.broken
end

-- `given`: { text, clock (milliseconds) }. Returns whether that is enough.
function session.heard(_policy, given)
    return state.command.heard(state.asked, state.known, given.text, given.clock) or false
end

-- One answer, or why there is none.
function session.known(_policy, key, value)
    state.known[key] = value
end

function session.fault(_policy, given)
    state.known.faults[given.name] = given.text
    state.known.parties[given.name] = given.party
end

function session.answer(policy)
    local answer = state.command.answer(policy, state.asked, state.known, state.here)
    answer.output = state.asked.output
    return answer
end

return session
