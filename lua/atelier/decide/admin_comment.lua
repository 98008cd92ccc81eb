-- admin_comment.lua: the record in a job's AdminComment, which users cannot write:
--
--     atelier/1 workspace=vision experiment=digits framework=tensorflow cluster=cpu
--         settings=ps=1,chief mounts=datasets/train:train:ro
--
-- (in one line; `settings` is what followed the framework's name, `mounts` as in --mount).
-- A node that could not start the job adds why, as the last key, to the end of the text:
--
--     atelier/1 workspace=vision failure=workspace `vision` on node n1: volume ...
--
-- What an administrator writes as the job's comment stands before it:
--
--     atelier/1 workspace=vision comment=for the review failure=workspace ...
--
-- Only `workspace` is always there; `cluster` is where the job was submitted to, left out when
-- Slurm had several to choose from. No value but these two has a blank, so that nothing needs
-- quoting.
--
-- The number is the form's. Within a form releases may add keys, which others pass over; for one
-- that may not be passed over the form gets another number, with the release of who wrote it
-- behind it: `atelier/2:0.9.0 workspace=vision`. What is said of failures is the same in all.

local agreed = require("atelier.base.agreed")
local mount_list = require("atelier.decide.mount_list")
local name = require("atelier.base.name")
local request = require("atelier.decide.request")

local admin_comment = {}

local MARK = agreed.RECORD_MARK
local FORM = "1"
local VERSION = MARK .. FORM
local KEYS = { "workspace", "experiment", "framework", "cluster", "settings", "mounts" }
local PLACE = {}
for place, key in ipairs(KEYS) do
    PLACE[key] = place
end
local IS_VALID = { workspace = name.valid, experiment = name.valid, framework = name.valid,
    cluster = name.valid, settings = request.settings_are_right, mounts = mount_list.parse }
local FAILURE_MARK, FAILURE_KEY = agreed.FAILURE_MARK, agreed.FAILURE_KEY
local COMMENT_KEY = " comment="
local FAILURE_MAX, COMMENT_MAX = 1024, 1024 -- bytes
local LENGTH_MAX = 10240 -- bytes; most of it are mounts, and Slurm has no limit

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

-- The sentence that a node sends about a failure; nil when `text` is none.
function admin_comment.failure(text)
    if type(text) == "string" and text:sub(1, #FAILURE_MARK) == FAILURE_MARK then
        return text:sub(#FAILURE_MARK + 1)
    end
    return nil
end

-- Cuts `text` before `key`. Returns what is before it, and what behind, nil where it is not there.
local function cut(text, key)
    local start = text:find(key, 1, true)
    if not start then
        return text, nil
    end
    return text:sub(1, start - 1), text:sub(start + #key)
end

-- `text`, a record, with the sentence of a failure in place of an earlier one.
function admin_comment.with_failure(text, sentence)
    return cut(text, FAILURE_KEY) .. FAILURE_KEY .. sentence:sub(1, FAILURE_MAX)
end

-- `text`, a record, with an administrator's words in place of earlier ones; "" for none.
function admin_comment.with_comment(text, words)
    local own, failure = cut(text, FAILURE_KEY)
    words = words:gsub("%c", " "):gsub(FAILURE_KEY, " failure: "):sub(1, COMMENT_MAX)
    return cut(own, COMMENT_KEY) .. (words ~= "" and COMMENT_KEY .. words or "")
        .. (failure and FAILURE_KEY .. failure or "")
end

-- What the words of a record say; nil where a key that is known has a wrong value, or is not in
-- its place, or something is no pair.
local function pairs_in(words)
    local record, last, at = {}, 0, 1
    while at <= #words do
        local _, stop, key, word = words:find("^ (%l[%l_]*)=([^ %c]+)", at)
        local place = key and PLACE[key]
        if not key or place and (place <= last or not IS_VALID[key](word)) then
            return nil
        end
        if place then
            record[key], last = word, place
        end
        at = stop + 1
    end
    return record
end

-- The record in `text`; nil for everything that the functions above do not write, but for
-- keys of another release.
function admin_comment.parse(text)
    if not admin_comment.is_ours(text) then
        return nil
    end
    local failure, comment
    text, failure = cut(text, FAILURE_KEY)
    text, comment = cut(text, COMMENT_KEY)
    if #text > LENGTH_MAX then
        return nil
    end
    local record = text:sub(1, #VERSION) == VERSION and pairs_in(text:sub(#VERSION + 1))
    if not record or record.workspace == nil or record.settings and not record.framework then
        return nil
    end
    record.failure, record.comment = failure, comment
    return record
end

-- Why `text`, which is ours, cannot be read, as the end of a sentence.
function admin_comment.why_unread(text)
    local form, release = text:sub(#MARK + 1):match("^(%d+):?([%w.~+-]*)")
    if not form or form == FORM then
        return "is damaged"
    end
    return "has form " .. form .. ", written by Atelier "
        .. (release ~= "" and release or "of another release") .. ", and Atelier "
        .. agreed.RELEASE .. " here reads form " .. FORM
end

return admin_comment
