-- engine.lua: the entry points of the policy: the one module that others call.
--
--     load(text, path, read)         policy, or nil and a list of sentences   policy.lua
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

local modification = require("atelier.decide.modification")
local submission = require("atelier.decide.submission")

return {
    load = require("atelier.policy.loader").load,
    submit = submission.decide,
    default_failure = submission.default_failure,
    modify = modification.decide,
    is_guarded = modification.is_guarded,
    on_node = require("atelier.decide.node"),
    explain = require("atelier.decide.explanation"),
}
