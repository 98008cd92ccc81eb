-- problems.lua: everything that is wrong with one policy, said in one run.

local name = require("atelier.base.name")

local problems = {}
problems.__index = problems

-- `file` is the name of the policy's first file, without its directory.
function problems.new(file)
    return setmetatable({ file = file, list = {}, order = { [file] = 0 }, opened = 0 },
        problems)
end

-- Sentences about a file come after those about the files that were opened before it.
function problems:open(file)
    self.order[file] = self.opened
    self.opened = self.opened + 1
end

local function shown(place, file)
    if not place then
        return file
    end
    return place.line and place.file .. ":" .. place.line or place.file
end

local function keep(list, order, place, text)
    list[#list + 1] = { order = order, line = place and place.line or 0, text = text }
end

-- Adds "WHAT (policy.lua:LINE): ADVICE". `place` is whatever has a file and a line, which
-- may be nil, as `advice` may.
function problems:add(place, what, advice)
    keep(self.list, place and self.order[place.file] or 0, place,
        what .. " (" .. shown(place, self.file) .. ")"
            .. (advice and ": " .. advice or ""))
end

-- Adds an error of Lua's, "policy.lua:LINE: MESSAGE".
function problems:add_error(place, message)
    message = tostring(message):sub(1, 4 * name.LENGTH_MAX):gsub("%c", "?")
    keep(self.list, self.order[place.file] or 0, place,
        shown(place, self.file) .. ": " .. message)
end

function problems:any()
    return #self.list > 0
end

-- The sentences in the order of files and lines, the same in every run.
function problems:sentences()
    table.sort(self.list, function(left, right)
        if left.order ~= right.order then
            return left.order < right.order
        elseif left.line ~= right.line then
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
