-- source.lua: the files of one policy: compiled, run, and known by their lines.

local agreed = require("atelier.base.agreed")
local name = require("atelier.base.name")
local policy_line = require("atelier.policy.policy_line")

local source = {}
source.__index = source

source.SIZE_MAX = 4 * 1024 * 1024 -- bytes of all files together
local DEPTH_MAX = 8

-- `read(name)` gives the text of a file beside the policy, or nil and a reason; nil for a
-- host that reads no files.
function source.new(problems, read)
    return setmetatable({ problems = problems, read = read, files = {}, taken = {},
        size = 0, depth = 0 }, source)
end

-- Where the policy is being run: { file, line }; after a tail call without the line.
function source:place()
    local index, line = policy_line.find()
    return { file = self.files[index or self.running], line = line }
end

-- The place of an error of Lua's, and its message with the files by their names.
function source:explain(message)
    local index, line, rest = policy_line.split(tostring(message))
    return { file = self.files[index or self.running or 1], line = line }, rest
end

-- What is wrong with `text` before it is compiled. Bytecode begins with an escape; it is
-- refused since Lua does not verify it, and forged bytecode can do anything.
local function text_fault(text, before)
    if type(text) ~= "string" then
        return "cannot be read"
    elseif before + #text > source.SIZE_MAX then
        return "is larger than 4 MiB" .. (before > 0 and " with what came before" or "")
    elseif text:sub(1, 1) == "\27" then
        return "is compiled Lua: the policy is a text"
    end
end

local function compile(text, chunk, environment)
    if setfenv then -- Lua 5.1, LuaJIT
        local compiled, message = loadstring(text, chunk)
        return compiled and setfenv(compiled, environment), message
    end
    return load(text, chunk, "t", environment)
end

-- Runs one file in `environment`. Returns nil and a sentence for what is no text to
-- compile; everything else goes to the problems.
function source:run(file, text, environment)
    local fault = text_fault(text, self.size)
    if fault then
        return nil, file .. " " .. fault
    end
    local index, outer, outer_text = #self.files + 1, self.running, self.text
    self.files[index], self.taken[file] = file, true
    self.size, self.running, self.text = self.size + #text, index, text
    self.problems:open(file)
    local chunk, failure = compile(text, policy_line.chunk(index), environment)
    local done = chunk ~= nil
    if done then
        done, failure = pcall(chunk)
    end
    if not done then
        self.problems:add_error(self:explain(failure))
    end
    self.running, self.text = outer, outer_text
    return true
end

local function include_fault(self, file)
    if not name.valid(file) then
        return "needs the name of a file beside the policy, without a directory"
    elseif self.taken[file] then
        return "comes a second time"
    elseif #self.files >= agreed.POLICY_FILES_MAX then
        return "is one file too many: a policy has " .. agreed.POLICY_FILES_MAX .. " at most"
    elseif self.depth >= DEPTH_MAX then
        return "is nested too deeply: " .. DEPTH_MAX .. " levels at most"
    elseif not self.read then
        return "is not possible here: this program reads a policy of one file"
    end
end

-- `include "other.lua"`: the declarations of another file of the policy's own directory.
function source:include(file, environment)
    local place = self:place()
    local fault = include_fault(self, file)
    local text, reason
    if not fault then
        local done
        done, text, reason = pcall(self.read, file)
        if not done then
            text, reason = nil, text
        end
        if text == nil then
            fault = "cannot be read: " .. name.quote(reason or "no reason given")
        end
    end
    if not fault then
        self.depth = self.depth + 1
        local run, sentence = self:run(file, text, environment)
        self.depth = self.depth - 1
        fault = not run and "is not possible: " .. sentence
    end
    if fault then
        self.problems:add(place, "include `" .. name.quote(file) .. "` " .. fault)
    end
end

return source
