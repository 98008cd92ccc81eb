-- setup_questions.lua: what `atelier site setup` asks of this machine: where Slurm's files are, and
-- what is in them.

local machine = require("atelier.doctor.machine")
local plugstack = require("atelier.doctor.plugstack")

local setup_questions = {}

local DEPTH_MAX = 8 -- files that include files

local function directory_of(path)
    return path:match("^(.*)/[^/]*$")
end

-- The directory of slurm.conf here.
function setup_questions.directory(known)
    return known.files and known.files.directory or directory_of(known.plugstack.path)
end

-- The names of the files below that are none of Slurm's configuration that may include others.
local function first_patterns(known)
    local directory = setup_questions.directory(known)
    return { directory .. "/slurm.conf", directory .. "/slurmdbd.conf",
        directory .. "/job_submit.lua", known.plugstack.path,
        directory_of(known.settings.lua) .. "/slurm/job_submit.lua" }
end

-- The pattern of a line "Include FILE" of slurm.conf; nil of another.
local function include_of(line, directory)
    local word, pattern = line:match("^%s*(%a+)%s+([^%s#]+)")
    if word and word:lower() == "include" then
        return pattern:sub(1, 1) == "/" and pattern or directory .. "/" .. pattern
    end
end

local function included(files, directory)
    local patterns = {}
    for _, file in ipairs(files) do
        for line in (file.text or ""):gmatch("[^\n]+") do
            patterns[#patterns + 1] = include_of(line, directory)
        end
    end
    return patterns
end

local function joined(answers)
    local all = {}
    for _, files in ipairs(answers) do
        for _, file in ipairs(files) do
            all[#all + 1] = file
        end
    end
    return all
end

local function level(depth)
    return "texts_" .. depth
end

-- Asks for the files of slurm.conf, one depth of includes after the other.
local function ask_texts(questions, known)
    questions[#questions + 1] = { name = "texts", source = "texts",
        patterns = first_patterns(known) }
    local files = known.texts and known.texts[1]
    for depth = 1, DEPTH_MAX do
        local patterns = files and included(files, setup_questions.directory(known)) or {}
        if #patterns == 0 then
            return
        end
        questions[#questions + 1] = { name = level(depth), source = "texts", patterns = patterns }
        files = known[level(depth)] and joined(known[level(depth)])
    end
end

function setup_questions.ask(asked, _here, known)
    local questions = { { name = "settings", source = "settings" },
        { name = "slurm", argv = { "scontrol", "show", "config" }, optional = asked.undo,
            advice = "setup asks slurmctld where its files are" } }
    if known.slurm then
        questions[#questions + 1] = { name = "files", source = "configuration",
            slurm = known.slurm, policy = {} }
    end
    plugstack.ask(questions, known)
    if known.plugstack and known.settings and (known.files or not known.slurm) then
        ask_texts(questions, known)
    end
    if not asked.undo then
        machine.ask_plugin(questions, known)
    end
    return questions
end

-- Of what was answered: { slurm (the files of slurm.conf, the first of them its own), slurmdbd,
-- job_submit, plugstack, template }, each { path, text or fault }; those that are not there have
-- no text. included(line): the paths of the files that are read in the place of that line.
function setup_questions.found(known)
    local patterns, found = first_patterns(known), {}
    for index, name in ipairs({ "slurm_conf", "slurmdbd", "job_submit", "plugstack",
        "template" }) do
        found[name] = known.texts[index][1] or { path = patterns[index] }
    end
    found.slurm = { found.slurm_conf }
    local seen = { [found.slurm_conf.path] = true }
    local directory, by_pattern, files = setup_questions.directory(known), {}, found.slurm
    for depth = 1, DEPTH_MAX do
        local answers = known[level(depth)] or {}
        for index, pattern in ipairs(included(files, directory)) do
            by_pattern[pattern] = answers[index] or {}
        end
        files = joined(answers)
        for _, file in ipairs(files) do
            found.slurm[#found.slurm + 1] = not seen[file.path] and file or nil
            seen[file.path] = true
        end
    end
    function found.included(line)
        return by_pattern[include_of(line, directory)] or {}
    end
    return found
end

return setup_questions
