-- trace.lua: why each part of a decision is what it is, for `atelier policy explain`.
--
-- The decision is made by one code path, which notes its reasons only when asked to: a
-- submission has no trace, and pays nothing.

local trace = { ASKED = "asked for by the job" }
trace.__index = trace

function trace.new()
    return setmetatable({ reasons = {} }, trace)
end

-- `why` is a constant with at most one %s, the label of `source`: the declaration that
-- decided. Both are nil when it was the user.
function trace:add(what, value, source, why)
    self.reasons[#self.reasons + 1] = {
        what = what, value = value,
        file = source and source.file, line = source and source.line,
        why = source and why:format(source.label) or trace.ASKED,
    }
end

return trace
