-- mount_list.lua: --mount=VOLUME[/SUB]:NAME[:ro],...: parts of volumes that a job sees under
-- names of its own. Parsed here alone; lib/option/mount_list.c checks the same form earlier.
--
-- A volume with `subdirectories` lets jobs see these and what is below them, by --mount;
-- of any other volume a job sees all, so a mount of a part gives nothing but a name.

local agreed = require("atelier.base.agreed")
local name = require("atelier.base.name")
local refusal = require("atelier.base.refusal")
local value = require("atelier.policy.value")

local mount_list = {}

local FORM = "write VOLUME[/SUB]:NAME[:ro]"

local function refuse(source, format, ...)
    return nil, refusal.new("ESLURM_ACCESS_DENIED", source, format, ...)
end

-- What is wrong with `word`, which is to be that `part` of a mount.
local function fault_of(word, part, rule)
    return (word or "") == "" and "the " .. part .. " is missing"
        or "`" .. name.quote(word) .. "` is no " .. part .. ": " .. rule
end

-- "data/train" to its two parts; or nil and what is wrong with them.
local function split(source)
    local slash = source:find("/", 1, true) or #source + 1
    local volume, path = source:sub(1, slash - 1), source:sub(slash + 1)
    if not name.valid(volume) then
        return nil, fault_of(volume, "volume's name", name.RULE)
    elseif slash > #source then
        return volume
    elseif not value.is_relative_path(path) then
        return nil, fault_of(path, "path below a volume", value.PATH_RULE)
    end
    return volume, path
end

-- One mount { volume, path (nil: all of it), name, read_only }; or nil and what is wrong.
local function read_item(item)
    local words = {}
    for word in (item .. ":"):gmatch("([^:]*):") do
        words[#words + 1] = word
    end
    local volume, path = split(words[1])
    if not volume then
        return nil, path
    elseif not name.valid(words[2]) then
        return nil, fault_of(words[2], "name", name.RULE)
    elseif #words > 3 or words[3] ~= nil and words[3] ~= "ro" then
        return nil, "only `ro` may follow the name"
    end
    return { volume = volume, path = path, name = words[2], read_only = words[3] == "ro" }
end

local function is_same(one, other)
    return one.volume == other.volume and one.path == other.path
        and one.read_only == other.read_only
end

-- The mounts of a list, nil for none, in its order; what is there twice counts once. Or
-- nil and a refusal.
function mount_list.parse(text)
    local list, known = {}, {}
    if text == nil then
        return list
    elseif type(text) ~= "string" or #text > agreed.MOUNT_LIST_MAX then
        return refuse(nil, "--mount is longer than %d bytes", agreed.MOUNT_LIST_MAX)
    end
    for item in (text .. ","):gmatch("([^,]*),") do
        local one, fault = read_item(item)
        if not one then
            return refuse(nil, "--mount=%s: %s; %s", name.quote(item), fault, FORM)
        elseif known[one.name] and not is_same(one, known[one.name]) then
            return refuse(nil, "--mount gives the name `%s` twice: choose another",
                one.name)
        elseif not known[one.name] then
            list[#list + 1], known[one.name] = one, one
        end
    end
    return list
end

local function is_below(path, boundary)
    return path == boundary or path:sub(1, #boundary + 1) == boundary .. "/"
end

-- The widest of the paths that hold `path`; nil for none.
local function boundary_of(path, subdirectories)
    local widest
    for _, boundary in ipairs(subdirectories) do
        if is_below(path or "", boundary) and not (widest and #widest < #boundary) then
            widest = boundary
        end
    end
    return widest
end

-- What the node is told of a mount; or nil and a refusal.
local function resolved(one, volume)
    local made = { name = one.name, volume = one.volume, path = one.path,
        mode = one.read_only and "ro" or volume.mode }
    if not volume.subdirectories then
        made.below = one.path
        return made
    end
    made.boundary = boundary_of(one.path, volume.subdirectories)
    if not made.boundary then
        return refuse(volume, "volume `%s` has `%s` for nobody: choose %s below it",
            one.volume, name.quote(one.path or "all of it"), name.choices(volume.subdirectories))
    end
    local below = one.path:sub(#made.boundary + 2)
    made.below = below ~= "" and below or nil
    return made
end

local function by_name(volumes)
    local known, names = {}, {}
    for index, volume in ipairs(volumes) do
        known[volume.name], names[index] = volume, volume.name
    end
    table.sort(names)
    return known, names
end

-- What a job of the scope sees when it asks for `text`: the mounts, { { name, volume (its
-- name), path (nil: all of it), boundary (of `subdirectories`, which no link leaves; nil:
-- the volume), below (the path below that, or nil), mode ("ro" or "rw") } }; and the
-- volumes to be mounted, without those that only mounts would show but none does. Or nil
-- and a refusal.
function mount_list.resolve(scope, text)
    local asked, refused = mount_list.parse(text)
    if not asked then
        return nil, refused
    end
    local known, names = by_name(scope.volumes)
    local mounts, used, volumes = {}, {}, {}
    for index, one in ipairs(asked) do
        local volume = known[one.volume]
        if not volume then
            return refuse(scope:source_of("volumes"), "%s has no volume `%s`%s",
                scope:source_of("volumes").label, one.volume,
                #names > 0 and ": choose " .. name.choices(names) or "")
        elseif known[one.name] then
            return refuse(nil, "--mount: `%s` is the name of a volume: choose another",
                one.name)
        end
        mounts[index], refused = resolved(one, volume)
        if not mounts[index] then
            return nil, refused
        end
        used[one.volume] = true
    end
    for _, volume in ipairs(scope.volumes) do
        if used[volume.name] or not volume.subdirectories then
            volumes[#volumes + 1] = volume
        end
    end
    if #volumes + #mounts > agreed.PLAN_DECLARED_MAX and #mounts > 0 then
        return refuse(nil, "--mount: %d mounts and %d volumes are more than a job's %d",
            #mounts, #volumes, agreed.PLAN_DECLARED_MAX)
    end
    return mounts, volumes
end

return mount_list
