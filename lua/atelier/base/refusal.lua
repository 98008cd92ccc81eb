-- refusal.lua: why a job is refused: { text = a sentence, code = name of a Slurm error,
-- file and line = the rule that refuses it, nil when that is no rule of the policy's,
-- withheld = the refusal that this one stands for, for the log: membership.lua }.

local refusal = {}

-- `format` is a constant of ours; a word that a user wrote has passed name.valid or
-- name.quote before it comes here. `source` is the declaration behind it, or nil.
function refusal.new(code, source, format, ...)
    return { code = code, text = format:format(...), file = source and source.file,
        line = source and source.line }
end

return refusal
