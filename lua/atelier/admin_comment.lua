-- admin_comment.lua: the record in a job's AdminComment, which users cannot write:
--
--     atelier/1 workspace=vision experiment=digits framework=pytorch cluster=cpu
--
-- The number is the version of this form. Only `workspace` is always there; `cluster` is
-- where the job was submitted to, left out when Slurm had several to choose from. The
-- values are names, so that nothing needs quoting.

local name = require("atelier.name")

local admin_comment = {}

local MARK = "atelier/"
local VERSION = MARK .. "1"
local KEYS = { "workspace", "experiment", "framework", "cluster" }
local LENGTH_MAX = 512 -- bytes; the longest that format makes is under 320

function admin_comment.format(record)
    local words = { VERSION }
    for _, key in ipairs(KEYS) do
        if record[key] ~= nil then
            words[#words + 1] = key .. "=" .. record[key]
        end
    end
    return table.concat(words, " ")
end

-- Whether `text` claims to be a record, of this version or another.
function admin_comment.is_ours(text)
    return type(text) == "string" and text:sub(1, #MARK) == MARK
end

-- The record in `text`; nil for everything that format does not write.
function admin_comment.parse(text)
    if not admin_comment.is_ours(text) or #text > LENGTH_MAX then
        return nil
    end
    local record = {}
    for key, word in text:gmatch(" (%l+)=([^ ]+)") do
        record[key] = name.valid(word) and word or nil
    end
    if record.workspace == nil or admin_comment.format(record) ~= text then
        return nil
    end
    return record
end

return admin_comment
