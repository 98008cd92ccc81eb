-- volume_kind.lua: the kinds of volumes, and which keys each has.

local agreed = require("atelier.base.agreed")
local name = require("atelier.base.name")
local set = require("atelier.base.set")

local volume_kind = {}

-- What a volume of any kind may have.
local COMMON = set.of({ "kind", "mode", "subdirectories", "place" })

-- needs: the keys without which there is nothing to mount; takes: what it may have too;
-- one: the keys of which it has exactly one; source: the form of its key `source`;
-- holds_root: slurmstepd may have to wait for what is behind it.
local KINDS = {
    nfs = { needs = { "server", "export" }, takes = { "probe" }, holds_root = true },
    bind = { needs = { "path" }, takes = { "deadline", "on_failure" }, holds_root = true },
    ["local"] = { one = { "path", "size" }, takes = { "on_failure" } },
    glusterfs = { needs = { "source" }, takes = { "deadline", "on_failure" },
        source = "^[A-Za-z0-9][A-Za-z0-9.:_-]*:/[^/,].*$", form = "HOST:/VOLUME",
        holds_root = true },
    cifs = { needs = { "source", "credentials" }, takes = { "deadline", "on_failure" },
        source = "^//[A-Za-z0-9][A-Za-z0-9._-]*/[^/].*$", form = "//HOST/SHARE",
        holds_root = true },
    lustre = { needs = { "source" }, takes = { "deadline", "on_failure" },
        source = "^[A-Za-z0-9][A-Za-z0-9@.,:_-]*:/[^/].*$", form = "MGS@NETWORK:/NAME",
        holds_root = true },
    rclone = { needs = { "source", "config" }, takes = { "cache", "deadline", "on_failure" },
        source = "^[A-Za-z0-9][A-Za-z0-9._-]*:.*$", form = "REMOTE:PATH",
        holds_root = true },
    command = { needs = { "command" }, takes = { "deadline", "on_failure" }, holds_root = true },
}

for _, rules in pairs(KINDS) do
    rules.has = set.of(rules.needs or {})
    for _, keys in ipairs({ rules.takes or {}, rules.one or {} }) do
        for _, key in ipairs(keys) do
            rules.has[key] = true
        end
    end
end

-- For the schema: whether a volume with these keys must have `key`.
function volume_kind.needs(key)
    return function(body)
        local rules = KINDS[body.kind or agreed.VOLUME_KIND]
        return rules ~= nil and set.has(rules.needs or {}, key)
    end
end

local function check_strangers(volume, rules, known, problems)
    for _, key in ipairs(name.sorted_keys(known)) do
        if volume[key] ~= nil and not COMMON[key] and not rules.has[key] then
            problems:add(volume, "key `" .. key .. "` of " .. volume.label
                .. " is not for kind `" .. volume.kind .. "`", "it has "
                .. table.concat(name.sorted_keys(rules.has), ", "))
        end
    end
end

local function check_one(volume, rules, problems)
    local given = 0
    for _, key in ipairs(rules.one or {}) do
        given = given + (volume[key] ~= nil and 1 or 0)
    end
    if rules.one and given ~= 1 then
        problems:add(volume, volume.label .. " needs either "
            .. name.choices(rules.one))
    end
end

-- Adds a problem for each key that does not go with the volume's kind. `known`: the
-- schema's keys.
function volume_kind.check(volume, known, problems)
    local rules = KINDS[volume.kind]
    if not rules then
        return -- a wrong kind is a problem already, and left out
    end
    check_strangers(volume, rules, known, problems)
    check_one(volume, rules, problems)
    if rules.source and volume.source and not volume.source:find(rules.source) then
        problems:add(volume, "key `source` of " .. volume.label
            .. " must have the form " .. rules.form)
    end
    if volume.place and volume.subdirectories then
        problems:add(volume, volume.label .. " has a `place`, which would show all of it, "
            .. "and `subdirectories`", "leave one of the two out")
    end
    if volume.kind == "local" and volume.mode == "ro" then
        problems:add(volume, volume.label .. " is empty when a job starts",
            "leave its mode out")
    end
end

-- Whether a job's output may be there, and slurmstepd wait for it without end: only the
-- driver libnfs tells root from the job.
function volume_kind.holds_root(volume)
    return volume.mode ~= "ro" and KINDS[volume.kind].holds_root
        and not (volume.driver == "libnfs" or volume.recovery == "soft")
end

-- Where the volume comes from, for people.
function volume_kind.what(volume)
    if volume.kind == "nfs" then
        return volume.host .. ":" .. volume.export
    elseif volume.command then
        return table.concat(volume.command, " ")
    end
    return volume.source or volume.path or "tmpfs of " .. volume.size
end

return volume_kind
