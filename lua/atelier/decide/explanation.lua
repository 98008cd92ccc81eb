-- explanation.lua: what slurmctld would decide for a job, and why.

local copy = require("atelier.base.copy")
local hook = require("atelier.policy.hook")
local volume_kind = require("atelier.policy.volume_kind")
local limits = require("atelier.decide.limits")
local mount_list = require("atelier.decide.mount_list")
local name = require("atelier.base.name")
local submission = require("atelier.decide.submission")
local trace = require("atelier.decide.trace")

-- Why the job has the volume. One with `subdirectories` is seen by --mount alone, which the
-- reason says.
local function why(volume, source)
    return "a volume of " .. source.label .. (volume.subdirectories
        and "; only --mount shows " .. name.choices(volume.subdirectories) or "")
end

local function explained_volumes(scope, volumes)
    local source, list = scope:source_of("volumes"), {}
    for index, volume in ipairs(volumes) do
        list[index] = copy.merged({ why = why(volume, source),
            what = volume_kind.what(volume) }, volume)
    end
    return list
end

local function explained_mounts(mounts)
    local list = {}
    for index, one in ipairs(mounts) do
        list[index] = { name = one.name, volume = one.volume, path = one.path,
            mode = one.mode, why = trace.ASKED }
    end
    return list
end

-- Returns { { what = variable, value, file, line, why } } in alphabetical order.
local function explained_environment(policy, scope, made)
    local list, all = {}, {}
    local source = scope:source_of("environment")
    local owner = scope.workspace or scope
    for variable, text in pairs(scope.environment) do
        local is_inherited = owner.environment[variable] == text
        all[variable] = { value = text, source = is_inherited and owner or source }
    end
    for variable, text in pairs(made.environment or {}) do
        all[variable] = { value = text, source = hook.place(policy, "route") }
    end
    for _, variable in ipairs(name.sorted_keys(all)) do
        local one = all[variable]
        list[#list + 1] = { what = variable, value = one.value, file = one.source.file,
            line = one.source.line, why = one.source.label
                and "the environment of " .. one.source.label or "route set it" }
    end
    return list
end

-- Returns { decision or refusal, failure (of default_workspace, of a job that is therefore
-- left alone), reasons = { { what, value, file, line, why } } (a later
-- one for the same takes the place of an earlier one), volumes (in the order of
-- mounting), mounts = { { name, volume, path (nil: all of it), mode, why } }, limits = {
-- { what, value, file, line, why, enforced_by } }, environment = { { what, value, file,
-- line, why } } }. Of a workspace that refuses the user nothing is told.
return function(policy, asked)
    local noted = trace.new()
    local made, refused, scope, failure = submission.traced(policy, asked, noted)
    local answer = { decision = made, refusal = refused, failure = failure, reasons = noted.reasons,
        volumes = {}, mounts = {}, limits = {}, environment = {} }
    if scope then
        local mounts, volumes = mount_list.resolve(scope, asked.mount)
        answer.volumes = explained_volumes(scope, volumes)
        answer.mounts = explained_mounts(mounts)
        answer.limits = limits.in_force(scope)
        answer.environment = explained_environment(policy, scope, made or {})
    end
    return answer
end
