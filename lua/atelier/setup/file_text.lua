-- file_text.lua: the text of a file as its lines, changed line by line, so that the change can be
-- shown and be taken back: what is added stands below a mark, and what is replaced is kept in one.
--
-- A mark is a comment of the file:
--     # atelier site setup: added LINE        the next line; "added at the end" where the file's
--                                             last line had no end
--     # atelier site setup: was LINE          the next line has its place
--     # atelier site setup: made the file     it goes when nothing else is in it

local file_text = {}
file_text.__index = file_text

local MARK = "# atelier site setup: "
local ADDED, ENDED, WAS = MARK .. "added ", MARK .. "added at the end ", MARK .. "was "
local MADE = MARK .. "made the file"

-- `text` may be nil: the file is not there.
function file_text.read(path, text)
    local made = setmetatable({ path = path, was = text, lines = {}, changed = false,
        has_end = true }, file_text)
    for line, ending in (text or ""):gmatch("([^\n]*)(\n?)") do
        if line ~= "" or ending ~= "" then
            made.lines[#made.lines + 1] = { old = line, new = line }
            made.has_end = ending ~= ""
        end
    end
    made.had_end = made.has_end
    return made
end

-- Replaces a line that there is.
function file_text:replace(index, line)
    local one = self.lines[index]
    table.insert(self.lines, index, { new = WAS .. one.new })
    one.new = line
    self.changed = true
end

function file_text:append(line)
    if not self.was and #self.lines == 0 then
        self.lines[1] = { new = MADE }
    end
    self.lines[#self.lines + 1] = { new = (self.has_end and ADDED or ENDED) .. line }
    self.lines[#self.lines + 1] = { new = line }
    self.has_end, self.changed = true, true
end

local function after(text, start)
    return text and text:sub(1, #start) == start and text:sub(#start + 1) or nil
end

-- Takes back the change that is marked at `index`; false where the line below is no longer what was
-- made, which `is_ours(line, original)` says.
local function take_back(self, index, is_ours)
    local mark, line = self.lines[index], self.lines[index + 1]
    local original = after(mark.new, WAS)
    if mark.new == MADE then
        self.is_made, mark.new = true, nil
        return true
    elseif not line or not is_ours(line.new, original) then
        return false
    end
    self.ended_at = after(mark.new, ENDED) and index or self.ended_at
    mark.new, line.new = nil, original
    return true
end

-- Whether anything stands below the line.
local function is_last(self, index)
    for below = index, #self.lines do
        if self.lines[below].new then
            return false
        end
    end
    return true
end

-- Takes back all that is marked. Returns the numbers of the lines that somebody has changed since,
-- which stay.
function file_text:undo(is_ours)
    local left = {}
    for index, line in ipairs(self.lines) do
        local is_mark = line.new and after(line.new, MARK)
        if is_mark and take_back(self, index, is_ours) then
            self.changed = true
        elseif is_mark then
            left[#left + 1] = index + 1
        end
    end
    if self.ended_at and is_last(self, self.ended_at) then
        self.has_end = false
    end
    return left
end

-- The text as it has become; nil where there was none and is none.
function file_text:text()
    local lines = {}
    for _, line in ipairs(self.lines) do
        lines[#lines + 1] = line.new
    end
    return #lines > 0 and table.concat(lines, "\n") .. (self.has_end and "\n" or "")
        or self.was and not self.is_made and "" or nil
end

return file_text
