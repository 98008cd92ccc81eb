-- request.lua: what a job asks for with --workspace, --experiment, --framework and --mount.

local agreed = require("atelier.base.agreed")
local copy = require("atelier.base.copy")
local mount_list = require("atelier.decide.mount_list")
local name = require("atelier.base.name")
local option_list = require("atelier.base.option")
local refusal = require("atelier.base.refusal")

local request = {}

-- The options by the names of their facts, those first on which the policy decides. A job that
-- gives one of the others needs a workspace, too.
request.OPTIONS = {}
local ROW = {}
for _, row in ipairs(option_list) do
    local fact = row.name:gsub("-", "_")
    request.OPTIONS[#request.OPTIONS + 1] = fact
    ROW[fact] = row
end

-- Whether any of the options was given.
function request.is_ours(asked)
    for _, option in ipairs(request.OPTIONS) do
        if asked[option] ~= nil then
            return true
        end
    end
    return false
end

-- Whether the policy decides on the option, or only passes it on.
function request.decides(option)
    return ROW[option].decides
end

-- `asked` with what follows the framework's name, `NAME:SETTING,...`, apart: the policy
-- allows names, and the settings are the launcher's.
function request.parted(asked)
    local given = asked.framework
    local colon = type(given) == "string" and given:find(":", 1, true)
    if not colon then
        return asked
    end
    local parted = copy.of(asked)
    parted.framework = given:sub(1, colon - 1)
    parted.framework_settings = given:sub(colon + 1)
    return parted
end

function request.settings_are_right(given)
    return given == nil
        or #given <= agreed.FRAMEWORK_SETTINGS_MAX and given:find("^[A-Za-z0-9._/=,-]+$") ~= nil
end

local NAMES = { NAME = true, FRAMEWORK = true } -- a framework's settings are apart by now

-- Returns nil when the options are well-formed, else a refusal. This is the first check of
-- all: nothing is looked up before.
function request.refuses(asked)
    for _, option in ipairs(request.OPTIONS) do
        local given = asked[option]
        local is_name = NAMES[ROW[option].form]
        if is_name and given == "" then
            return refusal.new("ESLURM_ACCESS_DENIED", nil, "--%s needs a name", option)
        end
        if is_name and given ~= nil and not name.valid(given) then
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
    return select(2, mount_list.parse(asked.mount))
end

-- Returns a refusal when a job without a workspace gave one of the options, which are
-- well-formed.
function request.lacks_workspace(asked)
    for _, option in ipairs(request.OPTIONS) do
        local row = ROW[option]
        if option ~= "workspace" and asked[option] ~= nil then
            return refusal.new("ESLURM_ACCESS_DENIED", nil, "--%s%s needs --workspace",
                row.name, row.form == "FLAG" and "" or "=" .. name.quote(asked[option]))
        end
    end
end

return request
