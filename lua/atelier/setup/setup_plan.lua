-- setup_plan.lua: `atelier site setup`: what Slurm's files lack, as changes of files.

local file_text = require("atelier.setup.file_text")
local machine = require("atelier.doctor.machine")
local our_script = require("atelier.setup.our_script")
local setting_line = require("atelier.setup.setting_line")
local setup_questions = require("atelier.setup.setup_questions")
local slurm_settings = require("atelier.site.slurm_settings")
local unified_diff = require("atelier.setup.unified_diff")

local setup_plan = {}

-- Of slurm.conf; each says whether a value has what is wanted, and whether slurmd reads it, too.
-- JobSubmitPlugins is not set before there is a script for it.
local WRITTEN = {
    { key = "PrologFlags", words = { "Alloc" }, like = { "alloc", "contain", "x11", "deferbatch" },
        slurmd = true },
    { key = "TrackWCKey", value = "yes", like = { "yes" } },
}
local SUBMIT = { key = "JobSubmitPlugins", words = { "lua" }, like = { "lua", "job_submit/lua" } }
local ENFORCED = { key = "AccountingStorageEnforce", words = { "associations", "limits", "qos" } }
local OF_SLURMDBD = WRITTEN[2]

local ALL = { WRITTEN[1], WRITTEN[2], SUBMIT, ENFORCED }

-- Where what is configured is not what is written here, but what slurmctld sent.
local SENT = { "^/run/slurm/conf$", "/conf%-cache$", "^/proc/" }

local plan = {}
plan.__index = plan

local function new(known, found)
    return setmetatable({ known = known, found = found, edited = {}, problems = {}, restarts = {},
        script = nil }, plan)
end

function plan:problem(sentence)
    self.problems[#self.problems + 1] = sentence
end

-- The file as lines; nil where it cannot be read, which is a problem.
function plan:open(file)
    if file.fault then
        self:problem(file.fault)
        return nil
    end
    local made = file_text.read(file.path, file.text)
    self.edited[#self.edited + 1] = made
    return made
end

-- A list of those that can be read, and each by its path.
local function open_all(self, files)
    local list = {}
    for _, file in ipairs(files) do
        list[#list + 1] = self:open(file)
        list[file.path] = list[#list]
    end
    return list
end

-- Calls see(file, index) for each line as Slurm reads them: those of an included file in the
-- place of the line that includes it.
local function read(self, files, file, see)
    file.is_read = true
    for index, line in ipairs(file.lines) do
        see(file, index)
        for _, included in ipairs(self.found.included(line.new)) do
            local one = files[included.path]
            if one and not one.is_read then -- nobody's own part
                read(self, files, one, see)
            end
        end
    end
    file.is_read = false
end

-- The last line that sets the key, which is the one that counts; nil where none does.
local function find_setting(self, files, key)
    local in_file, at
    read(self, files, files[1], function(file, index)
        if setting_line.value(file.lines[index].new, key) then
            in_file, at = file, index
        end
    end)
    return in_file, at
end

local function restart_for(self, setting, daemon)
    self.restarts[daemon] = true
    self.restarts.slurmd = self.restarts.slurmd or setting.slurmd
end

local function has_like(value, setting)
    local have = slurm_settings.words(value)
    for _, word in ipairs(setting.like or {}) do
        if have[word] then
            return true
        end
    end
    return false
end

-- What slurmctld has of the key beside what is wanted. It is in no file that was found, where one is
-- included by a name of Slurm's own making (%c), and a line after it would have it gone.
local function has_others(setting, value)
    local others = slurm_settings.words(value)
    for _, word in ipairs(setting.words or {}) do
        others[word] = nil
    end
    return setting.words ~= nil and next(others) ~= nil
end

-- Where no file says the setting: one line more in the first file.
local function add(self, files, setting, daemon)
    local value = slurm_settings.read(self.known.slurm or "")[setting.key]
    if not has_others(setting, value) then
        files[1]:append(setting_line.new(setting))
        restart_for(self, setting, daemon)
    elseif not has_like(value, setting) then
        self:problem(("slurmctld has %s=%s, and no file that was found says so: add %s where it "
            .. "stands"):format(setting.key, value, table.concat(setting.words, ",")))
    end
end

-- Has the files say the setting, where they do not: the line is changed, or one is added.
local function set(self, files, setting, daemon)
    local file, at = find_setting(self, files, setting.key)
    if not file then
        return add(self, files, setting, daemon)
    end
    local line = file.lines[at].new
    local wanted = setting_line.changed(line, setting)
    if has_like(setting_line.value(line, setting.key), setting) or wanted == line then
        return
    elseif setting_line.goes_on(line, setting.key) then
        return self:problem(("%s:%d: %s goes on in the next line: add %s to it yourself"):format(
            file.path, at, setting.key, setting.value or table.concat(setting.words, ",")))
    end
    file:replace(at, wanted)
    restart_for(self, setting, daemon)
end

-- The script, and whether slurmctld can be told to load it.
local function set_script(self)
    local script, template = self.found.job_submit, self.found.template.text
    local text = script.text
    if script.fault or not template then
        self:problem(script.fault or self.found.template.fault or ("there is no %s: install "
            .. "Atelier here, whole"):format(self.found.template.path))
        return false
    elseif text and not our_script.is_made(text) then
        local asks = text:find("atelier.slurm", 1, true) ~= nil
        if not asks then
            self:problem(script.path .. " is the site's own, and is left as it is: have it call "
                .. "atelier.submit and atelier.modify, and say JobSubmitPlugins=lua "
                .. "(atelier-job-submit(7))")
        end
        return asks
    elseif text ~= our_script.made(template) then
        self.script = { path = script.path, was = text, text = our_script.made(template) }
        self.restarts.slurmctld = true
    end
    return true
end

-- The line is the last: where Slurm cannot load the file, nothing would start.
local function set_line(self, policy)
    local stack = self.known.plugstack
    if stack.fault then
        return self:problem(stack.fault)
    elseif stack.line then
        return
    end
    local good, sentence = machine.check_plugin(self.known)
    if not good then
        return self:problem(("%s gets no line for the plugin: %s"):format(stack.path, sentence))
    end
    local file = self:open(self.found.plugstack)
    if file then
        file:append("required atelier.so" .. (policy and policy.default_workspace
            and " defaults=on" or ""))
        self.restarts.slurmd = true
    end
end

local function set_all(self, asked, policy)
    local files = open_all(self, self.found.slurm)
    if #files > 0 and self.found.slurm_conf.text then
        -- Whose machine it is; where the controller is another, the script is there.
        if self.known.files.job_submit == nil or set_script(self) then
            set(self, files, SUBMIT, "slurmctld")
        end
        for _, setting in ipairs(WRITTEN) do
            set(self, files, setting, "slurmctld")
        end
        if asked.enforce then
            set(self, files, ENFORCED, "slurmctld")
        end
    elseif #files > 0 then
        self:problem(("there is no %s"):format(self.found.slurm_conf.path))
    end
    if self.found.slurmdbd.text or self.found.slurmdbd.fault then
        local file = self:open(self.found.slurmdbd)
        if file then
            file.is_secret = true
            set(self, { file }, OF_SLURMDBD, "slurmdbd")
        end
    end
    set_line(self, policy)
end

-- What made a line, where it is still as it was made: of the plugin in any form, of a setting in
-- that one.
local function maker_of(line, original)
    if line:find("atelier.so", 1, true) then
        return {}
    end
    for _, setting in ipairs(ALL) do
        local made = original and setting_line.changed(original, setting)
            or not original and setting_line.new(setting)
        if line == made then
            return setting
        end
    end
end

local function take_back(self, file)
    local text = self:open(file)
    local daemon = file == self.found.plugstack and "slurmd"
        or file == self.found.slurmdbd and "slurmdbd" or "slurmctld"
    local function is_ours(line, original)
        local setting = maker_of(line, original)
        if setting then
            restart_for(self, setting, daemon)
        end
        return setting ~= nil
    end
    for _, number in ipairs(text and text:undo(is_ours) or {}) do
        self:problem(("%s:%d was changed since it was made here, and is left as it is: make it "
            .. "what you want, and take out the line above it"):format(file.path, number))
    end
    if text then
        text.is_secret = file == self.found.slurmdbd
    end
end

local function take_all_back(self)
    local files = { self.found.slurmdbd, self.found.plugstack }
    for _, file in ipairs(self.found.slurm) do
        files[#files + 1] = file
    end
    for _, file in ipairs(files) do
        take_back(self, file)
    end
    local script = self.found.job_submit
    if script.text and our_script.is_made(script.text) then
        self.script = { path = script.path, was = script.text }
        self.restarts.slurmctld = true
    elseif script.text and script.text:find("atelier.slurm", 1, true) then
        self:problem(script.path .. " asks the policy, and is the site's own: take that out of it")
    end
end

-- Lines of a whole text that comes or goes.
local function script_lines(script)
    local file = file_text.read(script.path, script.was)
    for _, line in ipairs(file.lines) do
        line.new = nil
    end
    for line in (script.text or ""):gmatch("([^\n]*)\n") do
        file.lines[#file.lines + 1] = { new = line }
    end
    file.is_made = script.text == nil
    return unified_diff.of(file)
end

local function changes_of(self)
    local changes = {}
    local function add(path, was, text, lines)
        changes[#changes + 1] = { verb = was and (text and "change" or "remove") or "make",
            what = path, path = path, was = was, text = text, diff = lines }
    end
    if self.script then
        add(self.script.path, self.script.was, self.script.text, script_lines(self.script))
    end
    for _, file in ipairs(self.edited) do
        if file.changed then
            -- slurmdbd.conf has a password, which may stand near.
            add(file.path, file.was, file:text(),
                unified_diff.of(file, file.is_secret and 0 or nil))
        end
    end
    return changes
end

local function restart_sentence(restarts)
    local words = {}
    for _, daemon in ipairs({ "slurmdbd", "slurmctld", "slurmd" }) do
        words[#words + 1] = restarts[daemon] and daemon .. (daemon == "slurmd" and " of every node"
            or "") or nil
    end
    return #words > 0 and "then restart, in this order: " .. table.concat(words, ", ") or nil
end

local function view_of(self, changes)
    local view = {}
    for _, change in ipairs(changes) do
        for _, line in ipairs(change.diff) do
            view[#view + 1] = line
        end
    end
    for _, sentence in ipairs(self.problems) do
        view[#view + 1] = "note: " .. sentence
    end
    view[#view + 1] = #changes > 0 and restart_sentence(self.restarts)
        or #changes == 0 and #self.problems == 0 and "nothing to change" or nil
    return view
end

local function data_of(self, changes)
    local list = {}
    for index, change in ipairs(changes) do
        list[index] = { verb = change.verb, path = change.path,
            diff = table.concat(change.diff, "\n") .. "\n" }
    end
    return { changes = list, problems = self.problems }
end

local function is_sent(directory)
    for _, pattern in ipairs(SENT) do
        if directory:find(pattern) then
            return true
        end
    end
    return false
end

function setup_plan.answer(policy, asked, known)
    local directory = setup_questions.directory(known)
    if is_sent(directory) then
        return { faults = { ("this machine has its configuration from slurmctld, in %s: say this on "
            .. "the controller"):format(directory) } }
    end
    local made = new(known, setup_questions.found(known))
    if asked.undo then
        take_all_back(made)
    else
        set_all(made, asked, #known.policy.problems == 0 and policy or nil)
    end
    local changes = changes_of(made)
    return { data = data_of(made, changes), view = view_of(made, changes),
        good = #made.problems == 0, confirmed = asked.yes, quiet = asked.json,
        changes = not asked.dry_run and changes or nil }
end

return setup_plan
