-- private_places.lua: where volumes are on the nodes, and whether Slurm's own mount namespaces leave
-- room for them there, as far as the files of Slurm's configuration on the controller say.

local private_directories = require("atelier.base.private_directories")

local private_places = {}

local KEEP_SECONDS = 2 -- Slurm itself reads these files when its daemons start
local SIZE_MAX = 4 * 1024 * 1024 -- bytes
local DEPTH_MAX = 8 -- files that include files

-- What the files said: directory, looked_at (second), file, paths (private ones), root.
local known = {}

local function read(path)
    local opened = io.open(path, "rb")
    local text = opened and opened:read(SIZE_MAX)
    if opened then
        opened:close()
    end
    return text or ""
end

-- Of slurm.conf, but for what that includes.
local function plugin_of(text)
    for line in text:gmatch("[^\n]+") do
        local key, value = line:match("^%s*(%a+)%s*=%s*\"?([%w_/]+)")
        key = key and key:lower()
        local plugin = (key == "jobcontainertype" or key == "namespacetype")
            and private_directories.plugin(value)
        if plugin then
            return plugin
        end
    end
end

-- The file that a line of the plugstack.conf at `path` includes; nil of another line. Lua lists no
-- directory: of a pattern it is the file with the plugin's name.
local function included(line, path)
    local name = line:match("^%s*include%s+([^%s#]+)")
    if name then
        name = name:gsub("/%*$", "/atelier.conf"):gsub("%*", "atelier")
        return name:sub(1, 1) == "/" and name or path:match("^.*/") .. name
    end
end

-- The mount root, of the plugin's line in the plugstack.conf at `path`, or nil.
local function root_of(path, depth)
    for line in read(path):gmatch("[^\n]+") do
        local file = depth > 0 and included(line, path)
        local root = file and root_of(file, depth - 1)
            or line:match("^[^#]*atelier%.so.*%smounts=(%S+)")
        if root then
            return root
        end
    end
end

local function look(directory)
    directory = (os.getenv("SLURM_CONF") or ""):match("^(/.*)/") or directory
    if known.directory == directory and os.time() - known.looked_at < KEEP_SECONDS then
        return
    end
    local plugin = plugin_of(read(directory .. "/slurm.conf"))
    known = { directory = directory, looked_at = os.time(), paths = {} }
    known.root = root_of(directory .. "/plugstack.conf", DEPTH_MAX)
        or private_directories.MOUNT_ROOT
    if plugin then
        known.file = private_directories.FILES[plugin]
        known.paths = private_directories.read(plugin, read(directory .. "/" .. known.file))
    end
end

local function sentence(what, path)
    local outer = private_directories.around(known.paths, path)
    return outer and ("%s is in %s, which Slurm makes each job's own (%s): where it does, the "
        .. "job's tasks cannot have their volumes and end; tell your administrator"):format(what,
        outer, known.file)
end

-- `directory`: of slurm.conf. Returns the mount root.
function private_places.mount_root(directory)
    look(directory)
    return known.root
end

-- `directory`: as above; `volumes_of`: returns the volumes of the job's workspace
-- (policy/workspace.lua), and is called where Slurm makes any directory private alone.
-- Returns the sentence, or nil where nothing is known to be in the way.
function private_places.fault(directory, volumes_of)
    look(directory)
    if #known.paths == 0 then
        return nil
    end
    local fault = sentence("the volumes' directory " .. known.root, known.root)
    for _, volume in ipairs(volumes_of() or {}) do
        fault = fault or volume.place
            and sentence(("volume `%s` has a place, %s, that"):format(volume.name, volume.place),
                volume.place)
    end
    return fault
end

return private_places
