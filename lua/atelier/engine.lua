-- engine.lua: the entry points of the policy: the one module that others call.
--
--     load(text, path, read)         policy, or nil and a list of sentences   loader.lua
--     submit(policy, request)        decision, or nil and a refusal           submission.lua
--     default_failure(policy, request)   why default_workspace fails, or nil  submission.lua
--     modify(policy, request, job)   true, or nil and a refusal               modification.lua
--     on_node(policy, facts)         plan, nil and nil, or nil and a sentence   node.lua
--     explain(policy, request)       what submit decides, with its reasons   explanation.lua
--
-- The engine is pure: it reads no file (but through `read`), asks no clock and knows
-- neither Slurm nor C, and it runs unchanged on Lua 5.1, 5.2, 5.3, 5.4 and LuaJIT. It
-- needs `load` (or loadstring and setfenv) of its host, and nothing of io, os, package or
-- debug.

-- Each function's module is read when the function is first asked for: compiling all of them
-- takes longer than a decision, and a node or a command needs few.

local PARTS = {
    load = { "atelier.policy.loader", "load" },
    submit = { "atelier.decide.submission", "decide" },
    default_failure = { "atelier.decide.submission", "default_failure" },
    modify = { "atelier.decide.modification", "decide" },
    is_guarded = { "atelier.decide.modification", "is_guarded" },
    on_node = { "atelier.decide.node" },
    explain = { "atelier.decide.explanation" },
}

local function find(engine, name)
    local part = PARTS[name]
    if not part then
        return nil
    end
    local found = require(part[1])
    engine[name] = part[2] and found[part[2]] or found
    return engine[name]
end

local engine = setmetatable({}, { __index = find })

-- Reads all of them, for slurmctld: it lives on while the files are replaced by those of
-- another release, and holds its locks while a job waits. Returns the engine.
function engine.read_all()
    for name in pairs(PARTS) do
        find(engine, name)
    end
    return engine
end

return engine
