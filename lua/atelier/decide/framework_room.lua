-- framework_room.lua: settings of a framework that no step of a job can have room for, told
-- when the job is submitted: more parameter servers than it can ever have nodes, or a meeting
-- by files where neither the user nor the policy says in which directory.
--
-- A launcher declares that (`at_most = "nodes"`, `needed`), and its file is read for it.
-- Whatever goes wrong here is left to the step, which asks the launcher itself.

local membership = require("atelier.policy.membership")
local refusal = require("atelier.base.refusal")

local framework_room = {}

local SIZE_MAX = 1024 * 1024 -- bytes of a launcher

-- Launchers are installed beside the engine.
local function text_of(module)
    local name = "/../launchers/" .. module:gsub("%.", "/") .. ".lua"
    for directory in package.path:gmatch("([^;]+)/%?%.lua") do
        local file = io.open(directory .. name, "rb")
        if file then
            local text = file:read(SIZE_MAX)
            file:close()
            return text
        end
    end
end

local function compile(text, chunk, environment)
    if setfenv then -- Lua 5.1, LuaJIT
        return setfenv(assert(loadstring(text, chunk)), environment)
    end
    return assert(load(text, chunk, "t", environment))
end

-- Modules that launchers share are found where they are, and are not those of slurmctld.
local function load_module(loaded, module, read)
    if loaded[module] == nil then
        local function require_beside(other)
            return load_module(loaded, other, read)
        end
        local environment = setmetatable({ require = require_beside }, { __index = _G })
        loaded[module] = compile(assert(read(module)), "=" .. module, environment)()
    end
    return loaded[module]
end

local function too_many(framework, declared, words, nodes)
    for word in pairs(words) do
        local setting, count = word:match("^([^=]+)=(%d+)$")
        local entry = declared[setting]
        if entry and entry.at_most == "nodes" and tonumber(count) > nodes then
            return ("--framework=%s: `%s` needs as many nodes, and the job has %d at "
                .. "most: allocate more by --nodes, or ask for fewer")
                :format(framework, word, nodes)
        end
    end
end

local function lacks(framework, declared, words)
    for setting, entry in pairs(declared) do
        local needed = entry.needed == true or words[entry.needed or ""]
        if needed and not words[setting] then
            return ("--framework=%s meets by files, in a directory that all nodes share: "
                .. "add the setting %s=/mnt/atelier/VOLUME/DIRECTORY to it")
                :format(framework, setting)
        end
    end
end

local function look(framework, nodes, has_directory, read)
    local name, settings = framework:match("^([%w._-]+):?(.*)$")
    local declared, words = name and load_module({}, name, read).settings or {}, {}
    for word in (settings or ""):gmatch("[^,]+") do
        words[word] = true
        words[word:match("^[^=]*")] = true
    end
    return nodes and too_many(framework, declared, words, nodes)
        or not has_directory and lacks(framework, declared, words) or nil
end

-- `framework` as the user wrote it, NAME:SETTING,...; `nodes`: the most that the job can
-- have, nil where that is open; `has_directory`: whether the policy gives it one on all its
-- nodes; `read`: a function from a module of launchers to its text, nil to find it beside
-- the engine. The sentence that refuses it; nil where it may fit.
function framework_room.refusal(framework, nodes, has_directory, read)
    if not framework then
        return nil
    end
    local done, sentence = pcall(look, framework, nodes, has_directory, read or text_of)
    return done and sentence or nil
end

-- Slurm gives a job no more nodes than it has tasks. Returns nil where the job says neither.
local function most_nodes(asked, decision)
    local nodes = decision.max_nodes or asked.max_nodes
    return nodes and asked.tasks and math.min(nodes, asked.tasks) or nodes or asked.tasks
end

-- As framework_room.refusal, for what a job asks for and what was decided, but returns a
-- refusal. It tells a limit of the workspace, and so is withheld from who may be a stranger.
function framework_room.refuses(policy, asked, decision, read)
    local sentence = framework_room.refusal(asked.framework, most_nodes(asked, decision),
        decision.has_directory, read)
    return sentence and membership.withheld(policy, decision.workspace, asked,
        refusal.new("ESLURM_ACCESS_DENIED", nil, "%s", sentence))
end

return framework_room
