-- private_directories.lua: which directories Slurm's plugins tmpfs and linux make private to each
-- job, as the files beside slurm.conf say. Nothing of Atelier's can be mounted below them there.
--
-- A file may say other things of other nodes. What it says of any counts: a job comes to be
-- on each.

local private_directories = {}

local DEFAULT = "/tmp,/dev/shm"

private_directories.MOUNT_ROOT = "/mnt/atelier" -- the plugin's, unless its line has mounts=

-- What a plugin's kind reads.
private_directories.FILES = { tmpfs = "job_container.conf", linux = "namespace.yaml" }

-- "KEY=VALUE ..." lines. A line that has a BasePath has a list of its own, or the default.
-- Returns the lists.
local function lists_of_conf(text)
    local lists = {}
    for line in text:gmatch("[^\n]+") do
        line = line:gsub("#.*", "")
        local small = line:lower()
        local _, before = small:find("%f[%w]dirs%s*=%s*")
        if before then
            lists[#lists + 1] = line:match("^\"([^\"]*)", before + 1) or line:match("^%S*", before + 1)
        elseif small:find("%f[%w]basepath%s*=") and not small:find("basepath%s*=%s*\"?none") then
            lists[#lists + 1] = DEFAULT
        end
    end
    return lists
end

-- The value of a key in lines of YAML, which may be in braces, too.
local function yaml_value(text, key)
    local _, before = text:find("%f[%w_]" .. key .. "[\"']?%s*:%s*")
    local value = before and (text:match("^\"([^\"]*)", before + 1)
        or text:match("^'([^']*)", before + 1) or text:match("^[^\n}]*", before + 1))
    return value and value:match("^%s*(.-)%s*$")
end

-- The `defaults`, and the part of each list of nodes, which take what they do not say from
-- those.
local function parts_of_yaml(text)
    text = ("\n" .. text):gsub("%s#[^\n]*", "")
    local parts = {}
    for part in (text:gsub("%f[%w_]nodes[\"']?%s*:", "\1") .. "\1"):gmatch("([^\1]*)\1") do
        parts[#parts + 1] = part
    end
    return parts
end

local function lists_of_yaml(text)
    local parts, lists = parts_of_yaml(text), {}
    local default = yaml_value(parts[1], "dirs") or DEFAULT
    for index, part in ipairs(parts) do
        local has_base = index > 1 or yaml_value(part, "base_path")
        lists[#lists + 1] = has_base and (yaml_value(part, "dirs") or default) or nil
    end
    return lists
end

-- `kind`: of slurm.conf's JobContainerType or NamespaceType; nil: not set. Returns tmpfs, linux,
-- or nil for one that makes no such directories, or is not known.
function private_directories.plugin(kind)
    local plugin = kind and kind:match("[^/]*$")
    return private_directories.FILES[plugin] and plugin or nil
end

-- `plugin`: as above; `text`: of its file. Returns a list of paths, each once.
function private_directories.read(plugin, text)
    local paths, seen = {}, {}
    for _, list in ipairs(plugin == "linux" and lists_of_yaml(text) or lists_of_conf(text)) do
        for path in list:gmatch("[^,%s]+") do
            path = #path > 1 and path:gsub("/+$", "") or path
            if not seen[path] then
                seen[path], paths[#paths + 1] = true, path
            end
        end
    end
    return paths
end

-- Returns the one of `paths` that `path` is, or is below; nil where there is none.
function private_directories.around(paths, path)
    for _, outer in ipairs(paths) do
        if path == outer or path:sub(1, #outer + 1) == outer .. "/" then
            return outer
        end
    end
end

return private_directories
