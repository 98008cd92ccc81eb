-- problems.lua: everything that is wrong with one policy file, said in one run.

local name = require("atelier.name")

local problems = {}
problems.__index = problems

-- `file` is the name that the sentences show, without its directory.
function problems.new(file)
    return setmetatable({ file = file, list = {} }, problems)
end

-- Adds "WHAT (policy.lua:LINE): ADVICE". `line` and `advice` may be nil.
function problems:add(line, what, advice)
    local place = line and self.file .. ":" .. line or self.file
    local text = what .. " (" .. place .. ")" .. (advice and ": " .. advice or "")
    self.list[#self.list + 1] = { line = line or 0, text = text }
end

-- Adds an error of Lua's, "CHUNK:LINE: MESSAGE", under the file's name.
function problems:add_error(chunk, message)
    message = tostring(message):gsub("%c", "?")
    if message:sub(1, #chunk + 1) ~= chunk .. ":" then
        message = ": " .. message
    else
        message = message:sub(#chunk + 1)
    end
    local line = tonumber(message:match("^:(%d+):")) or 0
    local text = self.file .. message:sub(1, 4 * name.LENGTH_MAX)
    self.list[#self.list + 1] = { line = line, text = text }
end

function problems:any()
    return #self.list > 0
end

-- The sentences in the order of their lines, the same in every run.
function problems:sentences()
    table.sort(self.list, function(left, right)
        if left.line ~= right.line then
            return left.line < right.line
        end
        return left.text < right.text
    end)
    local sentences = {}
    for index, problem in ipairs(self.list) do
        sentences[index] = problem.text
    end
    return sentences
end

return problems
