-- unified_diff.lua: what has become of a file_text, as diff(1) shows it and patch(1) takes it.

local unified_diff = {}

local CONTEXT = 3
local NO_END = "\\ No newline at end of file"

-- The place of the last line that there was (`side` is "old"), or is ("new").
local function last_of(file, side)
    for index = #file.lines, 1, -1 do
        if file.lines[index][side] then
            return index
        end
    end
end

-- { sign, text, old, new (where it stood and stands), no_end } of each line.
local function signed_lines(file)
    local signed, old, new = {}, 0, 0
    local old_open = not file.had_end and last_of(file, "old")
    local new_open = not file.has_end and last_of(file, "new")
    local function add(sign, text, no_end)
        old, new = old + (sign ~= "+" and 1 or 0), new + (sign ~= "-" and 1 or 0)
        signed[#signed + 1] = { sign = sign, text = text, old = old, new = new, no_end = no_end }
    end
    for index, line in ipairs(file.lines) do
        local was_open, is_open = old_open == index, new_open == index
        if line.old and line.old == line.new and was_open == is_open then
            add(" ", line.old, is_open)
        else
            if line.old then add("-", line.old, was_open) end
            if line.new then add("+", line.new, is_open) end
        end
    end
    return signed
end

-- The ranges of `signed` that are shown: changes and what is near.
local function hunks_of(signed, context)
    local hunks, last = {}, nil
    for index, line in ipairs(signed) do
        if line.sign ~= " " then
            local first = math.max(1, index - context)
            if not last or first > last.to + 1 then
                last = { from = first }
                hunks[#hunks + 1] = last
            end
            last.to = math.min(#signed, index + context)
        end
    end
    return hunks
end

local function head_of(signed, hunk)
    local before = signed[hunk.from - 1] or { old = 0, new = 0 }
    local old, new = signed[hunk.to].old - before.old, signed[hunk.to].new - before.new
    return ("@@ -%d,%d +%d,%d @@"):format(before.old + (old > 0 and 1 or 0), old,
        before.new + (new > 0 and 1 or 0), new)
end

-- The lines of the diff. `context`: how many lines around a change are shown.
function unified_diff.of(file, context)
    local signed = signed_lines(file)
    local shown = { "--- " .. (file.was and file.path or "/dev/null"),
        "+++ " .. (file:text() and file.path or "/dev/null") }
    for _, hunk in ipairs(hunks_of(signed, context or CONTEXT)) do
        shown[#shown + 1] = head_of(signed, hunk)
        for index = hunk.from, hunk.to do
            shown[#shown + 1] = signed[index].sign .. signed[index].text
            shown[#shown + 1] = signed[index].no_end and NO_END or nil
        end
    end
    return shown
end

return unified_diff
