-- policy.lua: from the text of the policy file to the policy.
--
-- A policy is { file, workspaces, names }: `workspaces` maps a name to its workspace
-- (workspace.lua says what it holds), `names` lists the names in alphabetical order.

local declaration = require("atelier.declaration")
local name = require("atelier.name")
local problems_of = require("atelier.problems").new
local reference = require("atelier.reference")
local workspace = require("atelier.workspace")

local policy = {}

policy.SIZE_MAX = 4 * 1024 * 1024 -- bytes of the file

-- One name for the chunk, whatever the file is called: Lua cuts long names, and a chunk
-- name is how a line is recognised as one of the policy's.
local CHUNK = "policy"

local function compile(text, environment)
    if setfenv then -- Lua 5.1, LuaJIT
        local chunk, message = loadstring(text, "=" .. CHUNK)
        return chunk and setfenv(chunk, environment), message
    end
    return load(text, "=" .. CHUNK, "t", environment)
end

-- What is wrong with `text` before it is compiled. Bytecode begins with an escape; it is
-- refused since Lua does not verify it, and forged bytecode can do anything.
local function text_fault(text)
    if type(text) ~= "string" then
        return "cannot be read"
    elseif #text > policy.SIZE_MAX then
        return "is larger than 4 MiB"
    elseif text:sub(1, 1) == "\27" then
        return "is compiled Lua: the policy is a text"
    end
end

local function run(text, problems)
    local environment, declared, finish = declaration.environment(CHUNK, problems)
    local chunk, message = compile(text, environment)
    if not chunk then
        problems:add_error(CHUNK, message)
        return nil
    end
    local done, failure = pcall(chunk)
    finish()
    if not done then
        problems:add_error(CHUNK, failure)
    end
    reference.check(declared, problems)
    return declared
end

-- Reads the policy. `path` names the file in sentences (its directory is not shown).
-- Returns the policy; or nil and the list of all that is wrong, one sentence each.
function policy.load(text, path)
    local file = tostring(path or "policy.lua"):match("[^/]*$")
    local problems = problems_of(file)
    local fault = text_fault(text)
    if fault then
        return nil, { file .. " " .. fault }
    end
    local declared = run(text, problems)
    if problems:any() then
        return nil, problems:sentences()
    end
    local workspaces = {}
    for key, entry in pairs(declared.workspace) do
        workspaces[key] = workspace.new(entry, declared)
    end
    return { file = file, workspaces = workspaces, names = name.sorted_keys(workspaces) }
end

return policy
