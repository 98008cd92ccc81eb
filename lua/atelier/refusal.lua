-- refusal.lua: why a job is refused: { text = a sentence, code = name of a Slurm error }.

local refusal = {}

-- `format` is a constant of ours; a word that a user wrote has passed name.valid or
-- name.quote before it comes here.
function refusal.new(code, format, ...)
    return { code = code, text = format:format(...) }
end

return refusal
