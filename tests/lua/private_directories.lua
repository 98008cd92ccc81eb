-- Which directories Slurm makes each job's own, by its files; and who is told that volumes are to be
-- in one.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local site = require("site")
local slurmctld = require("slurmctld")
local private_directories = require("atelier.base.private_directories")
local private_places = require("atelier.slurmctld.private_places")

local function of(plugin, text)
    return table.concat(private_directories.read(plugin, text), " ")
end

tap.is(private_directories.plugin("job_container/tmpfs"), "tmpfs", "a kind with its type")
tap.is(private_directories.plugin("linux"), "linux", "and without")
tap.is(private_directories.plugin("namespace/own"), nil, "one that is not known")
tap.is(private_directories.plugin(nil), nil, "none")

tap.is(of("tmpfs", ""), "", "no file has no directories")
tap.is(of("tmpfs", "AutoBasePath=true\nBasePath=/var/jc\n"), "/tmp /dev/shm", "Slurm's default")
tap.is(of("tmpfs", "basepath = /var/jc dirs = /tmp,/scratch/ # Dirs=/no\n#Dirs=/no"),
    "/tmp /scratch", "a list, in any case, with blanks")
tap.is(of("tmpfs", 'BasePath=/jc Dirs="/a b,/c"\n'), "/a b /c", "in quotes")
tap.is(of("tmpfs", "NodeName=n1 BasePath=/jc Dirs=/a\nNodeName=n2 BasePath=/jc\nNodeName=n3 BasePath=none"),
    "/a /tmp /dev/shm", "those of all nodes, but for nodes without")

local YAML = [[
---
defaults:
  auto_base_path: true
  base_path: "/var/jc" # dirs: "/no"
  clone_ns_flags:
    - "CLONE_NEWUSER"
]]
tap.is(of("linux", ""), "", "no YAML has none")
tap.is(of("linux", YAML), "/tmp /dev/shm", "Slurm's default in YAML")
tap.is(of("linux", YAML .. '  dirs: "/tmp, /scratch"\n'), "/tmp /scratch", "a list in YAML")
tap.is(of("linux", YAML .. "  dirs: /a\nnode_confs:\n  - nodes:\n    - n1\n    options:\n      dirs: '/b'\n"
    .. "  - nodes: [ n2 ]\n    options: { base_path: /jc }\n"), "/a /b", "nodes of their own")
tap.is(of("linux", 'node_confs:\n  - nodes: ["n1"]\n    options: {"dirs": "/b", "base_path": "/c"}\n'), "/b",
    "nodes alone")
local around = private_directories.around
tap.is(around({ "/tmp", "/scratch" }, "/scratch/a"), "/scratch", "below one")
tap.is(around({ "/scratch" }, "/scratch"), "/scratch", "the directory itself")
tap.is(around({ "/scratch" }, "/scratches"), nil, "a longer name")
tap.is(around({}, "/scratch"), nil, "none")

-- In slurmctld, which reads the files beside slurm.conf.
local directory = os.tmpname()
os.remove(directory)
os.execute("mkdir " .. directory)
local real_time, now = os.time, os.time()
rawset(os, "time", function() return now end)

local function write(file, text)
    local opened = assert(io.open(directory .. "/" .. file, "w"))
    opened:write(text)
    opened:close()
    now = now + 60
end

local SHELF = { { name = "results" }, { name = "shelf", place = "/shelf" } }
local function told(volumes)
    return private_places.fault(directory, function() return volumes end)
end

tap.is(told(SHELF), nil, "a controller without files")
tap.is(private_places.fault(directory, error), nil, "... of which no volume is asked")
write("slurm.conf", "ClusterName=c\nJobContainerType=job_container/none\n#NamespaceType=namespace/tmpfs\n")
write("job_container.conf", "BasePath=/var/jc Dirs=/tmp,/shelf\n")
tap.is(told(SHELF), nil, "no namespaces")
write("slurm.conf", "ClusterName=c\njobcontainertype = job_container/tmpfs\n")
tap.is(told(SHELF), "volume `shelf` has a place, /shelf, that is in /shelf, which Slurm makes each job's own "
    .. "(job_container.conf): where it does, the job's tasks cannot have their volumes and end; tell "
    .. "your administrator", "a place that is each job's own")
tap.is(told({ SHELF[1] }), nil, "a workspace without that volume")
write("plugstack.conf", "# required atelier.so mounts=/tmp/no\nrequired /x/atelier.so log=/x mounts=/tmp/all defaults=on\n")
tap.has(told({}), "the volumes' directory /tmp/all is in /tmp, which", "a mount root that is")
tap.is(private_places.mount_root(directory), "/tmp/all", "... which is told")
write("plugstack.conf", "required atelier.so\n")
tap.is(private_places.mount_root(directory), "/mnt/atelier", "... and the usual one")
os.execute("mkdir " .. directory .. "/plugins.d")
write("plugins.d/atelier.conf", "required atelier.so mounts=/volumes\n")
for _, pattern in ipairs({ "plugins.d/*", "plugins.d/*.conf # ours", "plugins.d/atelier.conf",
    directory .. "/plugins.d/*" }) do
    write("plugstack.conf", "optional other.so\ninclude " .. pattern .. "\n")
    tap.is(private_places.mount_root(directory), "/volumes", "... in a file of include " .. pattern)
end
write("plugstack.conf", "include plugstack.conf\n#include plugins.d/*\n")
tap.is(private_places.mount_root(directory), "/mnt/atelier", "a file that includes itself has an end")
write("slurm.conf", "NamespaceType=namespace/linux\n")
tap.is(told(SHELF), nil, "the other plugin's file says nothing")
write("namespace.yaml", "defaults: { base_path: /var/jc, dirs: /mnt }\n")
tap.has(told(nil), "the volumes' directory /mnt/atelier is in /mnt, which Slurm makes each job's own (namespace.yaml)",
    "the usual mount root")
rawset(os, "time", real_time)
os.execute("rm -r " .. directory)

-- Whoever submits such a job is told, and the job goes on.
slurmctld.start()
local bridge = require("atelier.slurm")
package.loaded["atelier.slurmctld.policy_file"] = { current = function() return site.policy() end }
bridge.slurm_directory = "/slurm"
local function said_of(options, output)
    local entries = { "_SLURM_SPANK_OPTION_atelier_workspace=vision" }
    local code = bridge.submit(slurmctld.job_desc({ user_name = "alice", user_id = 1001,
        std_out = output, spank_job_env = options and slurmctld.spank_job_env(entries),
        spank_job_env_size = options and 1 or 0 }), {}, 1001)
    return tostring(code) .. " " .. tostring(slurmctld.last_said())
end
private_places.fault = function(where, volumes_of)
    local volumes = volumes_of()
    return where .. " " .. #volumes .. " of " .. volumes[1].name
end
tap.is(said_of(true), "0 /slurm 2 of datasets", "the user is told")
tap.is(said_of(false), "0 nil", "... who has no workspace is not")
private_places.mount_root = function(of) return of .. "/volumes" end
tap.has(said_of(false, "/slurm/volumes/results/x"), "0 --output is on a volume (/slurm/volumes/)",
    "a job without one whose output is there, where a site moved them")
tap.has(said_of(false, "//slurm///volumes/./results/x"), "--output is on a volume", "... by any way to write it")
tap.is(said_of(false, "/slurm/../volumes/results/x"), "0 nil", "... but no part of a path is thought away")
private_places.mount_root = function() error("bug") end
tap.is(said_of(false, "/mnt/atelier/results/x"), "0 nil", "where that cannot be told, it runs")
private_places.fault = function() error("bug") end
tap.is(said_of(true), "0 nil", "where it cannot be told, jobs run")
tap.done()
