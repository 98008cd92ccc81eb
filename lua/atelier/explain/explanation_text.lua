-- explanation_text.lua: an explanation, for people.

local name = require("atelier.base.name")
local task_lines = require("atelier.show.task_lines")

local explanation_text = {}

local UNLIMITED = 4294967295 -- Slurm's number of minutes for no limit

-- Minutes as Slurm shows them.
local function wall_time(count)
    if count >= UNLIMITED then
        return "unlimited"
    end
    local clock = ("%02d:%02d:00"):format(math.floor(count % 1440 / 60), count % 60)
    return count >= 1440 and math.floor(count / 1440) .. "-" .. clock
        or ("%02d:%02d:00"):format(math.floor(count / 60), count % 60)
end

local text_of

local function list_text(list)
    local words = {}
    for index, one in ipairs(list) do
        words[index] = text_of(one, true)
    end
    return "[" .. table.concat(words, ",") .. "]"
end

local function map_text(map)
    local words = {}
    for index, key in ipairs(name.sorted_keys(map)) do
        words[index] = ('"%s":%s'):format(key, text_of(map[key], true))
    end
    return "{" .. table.concat(words, ",") .. "}"
end

-- A value as JSON has it; a text by itself without quotes.
function text_of(value, is_inner)
    if value == nil then
        return ""
    elseif type(value) == "table" then
        return (#value > 0 or next(value) == nil) and list_text(value) or map_text(value)
    elseif type(value) == "number" and value % 1 == 0 then
        return ("%.0f"):format(value)
    end
    return is_inner and type(value) == "string" and '"' .. value .. '"' or tostring(value)
end

-- Returns "policy.lua:41", or an empty text when it was not the policy that decided.
local function place_of(entry)
    return entry.file and entry.file .. (entry.line and ":" .. entry.line or "") or ""
end

local function value_of(entry)
    local is_time = entry.what == "time_limit" or entry.what == "wall_time"
    if is_time and type(entry.value) == "number" then
        return wall_time(entry.value)
    end
    return text_of(entry.value)
end

-- Returns a key such as "running_jobs" in words.
local function label_of(what)
    return (what:gsub("_", " "))
end

local COLUMNS = { "what", "value", "place", "why" }
local DIFFERENCE_COLUMNS = { "what", "was", "", "is" }

-- Adds a table of `list`, each `row_of(entry)`, under `title`, if there is anything.
local function add_table(view, title, list, row_of)
    local rows = {}
    for index, entry in ipairs(list or {}) do
        rows[index] = row_of(entry)
    end
    if #rows > 0 and title then
        view[#view + 1] = ""
        view[#view + 1] = title
    end
    view[#view + 1] = #rows > 0
        and { columns = COLUMNS, rows = rows, indent = title and 2 or 0 } or nil
end

local function reason_row(entry)
    return { label_of(entry.what), value_of(entry), place_of(entry), entry.why or "" }
end

local function volume_row(volume)
    return { volume.name, ("%s %s by %s"):format(volume.what or "", volume.mode or "",
        volume.driver or volume.kind or ""), place_of(volume), volume.why or "" }
end

local function mount_row(mount)
    return { mount.name, mount.volume .. (mount.path and "/" .. mount.path or "") .. " "
        .. (mount.mode or ""), "", mount.why or "" }
end

local function limit_row(limit)
    return { label_of(limit.what), value_of(limit), place_of(limit),
        (limit.why or "") .. ": " .. (limit.told or "") }
end

local function environment_row(entry)
    return { entry.what .. "=" .. text_of(entry.value), "", place_of(entry), entry.why or "" }
end

-- Tells what a function of the policy did wrong, which slurmctld would tell its log alone.
local function add_detail(view, refusal)
    view[#view + 1] = refusal.detail and "reason: " .. refusal.detail or nil
end

local function add_refusal(view, refusal)
    local place = place_of(refusal)
    view[#view + 1] = "refused: " .. refusal.text .. (place ~= "" and " (" .. place .. ")" or "")
    add_detail(view, refusal)
end

-- Tells of a job without our options that is left alone because default_workspace failed.
local function add_failure(view, failure)
    view[#view + 1] = ("the policy leaves the job as it is: default_workspace failed (%s)")
        :format(place_of(failure))
    add_detail(view, failure)
end

local function add_decision(view, answer)
    if answer.refusal then
        return add_refusal(view, answer.refusal)
    elseif answer.failure then
        return add_failure(view, answer.failure)
    elseif not answer.decision or next(answer.decision) == nil then
        view[#view + 1] = "the policy leaves the job as it is: it names no workspace, and its "
            .. "user has no default, or it names another account"
        return
    end
    add_table(view, nil, answer.reasons, reason_row)
    add_table(view, "Volumes:", answer.volumes, volume_row)
    add_table(view, "Mounts:", answer.mounts, mount_row)
    add_table(view, "Limits:", answer.limits, limit_row)
    add_table(view, "Environment of every task:", answer.environment, environment_row)
    task_lines.add(view, answer.tasks or {})
    if answer.launch then
        view[#view + 1] = ""
        view[#view + 1] = answer.may_grow
            and "Launch, on the least nodes that the job may get:" or "Launch:"
        view[#view + 1] = "  " .. answer.launch
    end
end

local function cluster_text(cluster)
    return cluster and "cluster `" .. cluster .. "`" or "several clusters"
end

local function verdict(answer)
    if answer.refusal then
        return "the policy of today refuses it"
    end
    return #answer.differences > 0 and "the policy of today decides otherwise"
        or "the policy of today decides the same"
end

-- The record is not made anew where a job's partition is changed.
local function add_moved(view, moved, decision)
    view[#view + 1] = ("it was submitted to %s, and its partition %s is of %s: it was moved, or "
        .. "the policy has changed"):format(cluster_text(moved.from),
        text_of(decision and decision.partition), cluster_text(moved.to))
end

-- What somebody has written in the record's place, or behind it.
local function add_record(view, record)
    if record.replaced_by then
        view[#view + 1] = ("its record was replaced by `%s`: workspace and experiment are those of "
            .. "its wckey, framework and mounts are not known"):format(name.quote(record.replaced_by))
    elseif record.comment then
        view[#view + 1] = "an administrator's comment: " .. name.quote(record.comment)
    end
end

local function add_differences(view, answer)
    local failure = answer.record and answer.record.failure
    local rows = {}
    view[#view + 1] = ("job %s: %s"):format(answer.job, verdict(answer))
    for index, one in ipairs(answer.differences) do
        rows[index] = { label_of(one.what), text_of(one.was), "today:", text_of(one.is) }
    end
    view[#view + 1] = #rows > 0 and { columns = DIFFERENCE_COLUMNS, rows = rows, indent = 2 } or nil
    if answer.moved then
        add_moved(view, answer.moved, answer.decision)
    end
    add_record(view, answer.record or {})
    view[#view + 1] = failure and failure ~= "" and "what went wrong: " .. failure or nil
    view[#view + 1] = ""
end

-- Names the options that were read and decide nothing.
local function add_notes(view, answer)
    if #(answer.unused or {}) > 0 then
        view[#view + 1] = ""
        view[#view + 1] = "Of no effect on the decision: --" .. table.concat(answer.unused, ", --")
    end
    for index, note in ipairs(answer.notes or {}) do
        view[#view + 1] = index == 1 and "" or nil
        view[#view + 1] = "Note: " .. note
    end
end

-- The lines and tables of what `atelier policy explain` answers.
function explanation_text.of(answer)
    local view = {}
    if answer.broken_file then -- what decides is not what the file says
        view[1] = "The policy in force is older than its file, which is broken: "
            .. answer.broken_file
        view[2] = ""
    end
    for _, sentence in ipairs(answer.warnings or {}) do
        view[#view + 1] = "warning: " .. sentence
    end
    view[#view + 1] = #(answer.warnings or {}) > 0 and "" or nil
    if answer.differences then
        add_differences(view, answer)
    end
    add_decision(view, answer)
    add_notes(view, answer)
    return view
end

return explanation_text
