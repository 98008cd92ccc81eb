-- request.lua: what a job asks for with --workspace, --experiment, --framework and --mount.

local mount = require("atelier.mount")
local name = require("atelier.name")
local refusal = require("atelier.refusal")

local request = {}

-- In the order in which they are looked at. All but the last are names.
request.OPTIONS = { "workspace", "experiment", "framework", "mount" }

-- On these the policy has no say, but a job that gives one needs a workspace.
request.OTHERS = { "check", "compat", "with_input", "with_output" }

local function holds_any(asked, options)
    for _, option in ipairs(options) do
        if asked[option] ~= nil then
            return true
        end
    end
    return false
end

-- Whether any of the options was given.
function request.is_ours(asked)
    return holds_any(asked, request.OPTIONS) or holds_any(asked, request.OTHERS)
end

local SETTINGS_MAX = 255 -- bytes, as on the node

-- `asked` with what follows the framework's name, `NAME:SETTING,...`, apart: the policy
-- allows names, and the settings are the launcher's.
function request.parted(asked)
    local given = asked.framework
    local colon = type(given) == "string" and given:find(":", 1, true)
    if not colon then
        return asked
    end
    local parted = {}
    for key, value in pairs(asked) do
        parted[key] = value
    end
    parted.framework = given:sub(1, colon - 1)
    parted.framework_settings = given:sub(colon + 1)
    return parted
end

function request.settings_are_right(given)
    return given == nil
        or #given <= SETTINGS_MAX and given:find("^[A-Za-z0-9._/=,-]+$") ~= nil
end

-- nil when the options are well-formed, else a refusal. The first check of all: nothing is
-- looked up before.
function request.refuses(asked)
    for index = 1, #request.OPTIONS - 1 do
        local option = request.OPTIONS[index]
        local given = asked[option]
        if given == "" then
            return refusal.new("ESLURM_ACCESS_DENIED", nil, "--%s needs a name", option)
        end
        if given ~= nil and not name.valid(given) then
            return refusal.new("ESLURM_ACCESS_DENIED", nil, "--%s=`%s` is not a name: %s",
                option, name.quote(given), name.RULE)
        end
    end
    if not request.settings_are_right(asked.framework_settings) then
        return refusal.new("ESLURM_ACCESS_DENIED", nil,
            "--framework=%s:`%s` has no right settings: write NAME or NAME=VALUE, with "
            .. "commas between them, of letters, digits and `._/-`", asked.framework,
            name.quote(asked.framework_settings))
    end
    return select(2, mount.parse(asked.mount))
end

local function first_given(asked)
    for index = 2, #request.OPTIONS do
        if asked[request.OPTIONS[index]] ~= nil then
            return request.OPTIONS[index]
        end
    end
    for _, option in ipairs(request.OTHERS) do
        if asked[option] ~= nil then
            return option
        end
    end
end

-- For options that passed, of a job that has no workspace: a refusal when one was given.
function request.lacks_workspace(asked)
    local option = first_given(asked)
    if option then
        return refusal.new("ESLURM_ACCESS_DENIED", nil, "--%s%s needs --workspace",
            (option:gsub("_", "-")),
            option == "check" and "" or "=" .. name.quote(asked[option]))
    end
end

return request
