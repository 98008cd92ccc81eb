-- What the policy and the plugin need of Slurm's configuration: each setting that is
-- lacking is one sentence with its name and what to do, and nothing else is.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local engine = require("atelier.engine")
local requirement = require("atelier.site.requirement")

local function policy_of(keys, more)
    return assert(engine.load([[
cluster "cpu" { partition = "cpu" }
workspace "vision" { account = "team", clusters = { "cpu" }, users = { "alice" },
]] .. (keys or "") .. "}\n" .. (more or ""), "policy.lua"))
end

-- A cluster that has all; `changes` are of slurm.conf, false for "(null)".
local RIGHT = {
    AccountingStorageEnforce = "associations,limits,qos", ClusterName = "here",
    AccountingStorageTRES = "cpu,mem,gres/gpu", GresTypes = "gpu", KillOnBadExit = "1",
    AccountingStorageType = "accounting_storage/slurmdbd", JobSubmitPlugins = "lua",
    CliFilterPlugins = "cli_filter/lua", JobContainerType = "job_container/none",
    PrologFlags = "Alloc", SlurmdUser = "root(0)", TrackWCKey = "Yes",
    PrologEpilogTimeout = "65534",
}

local function config(changes)
    local lines = { "Configuration data as of 2026-11-29T15:48:08" }
    for key, value in pairs(RIGHT) do
        if changes[key] == nil then
            lines[#lines + 1] = ("%-23s = %s"):format(key, value)
        end
    end
    for key, value in pairs(changes) do
        lines[#lines + 1] = ("%-23s = %s"):format(key, value or "(null)")
    end
    return table.concat(lines, "\n") .. "\n"
end

local function slurmdbd(track)
    return "TrackWCKey = Yes\n\nSlurmDBD configuration:\nTrackWCKey             = " .. track
        .. "\n"
end

local function look(policy, changes, known)
    local asked = { slurm = config(changes or {}), slurmdbd = slurmdbd("Yes"),
        directory = "/etc/slurm", job_submit = "require('atelier.slurm')",
        cli_filter = "text", plugstack = { file = "/etc/slurm/plugstack.conf", line = 3,
        words = { "log=/x", "defaults=on" } } }
    for key, value in pairs(known or {}) do
        asked[key] = value or nil
    end
    return requirement.check(policy, asked)
end

local FULL = policy_of([[limits = { gpus = 4, submitted_jobs = 9 }, qos = { normal = "n" },
    experiments = { "digits" },]],
    'default_workspace = function() return "vision" end')
local PLAIN = policy_of()

local function is_well(found, text)
    tap.is(table.concat(found.problems, "\n"), "", text)
    tap.is(table.concat(found.notes, "\n"), "", "... without a note")
end
is_well(look(FULL), "a cluster that has all")
is_well(look(FULL, { AccountingStorageEnforce = "Associations,Limits,QOS,Safe" }), "any case")
is_well(look(FULL, { JobSubmitPlugins = "partition,job_submit/lua" }), "among other plugins")
is_well(look(FULL, { PrologFlags = "Alloc,Contain,X11" }), "more flags")
is_well(look(FULL, { NamespaceType = false, JobContainerType = false }), "no namespaces")
is_well(look(PLAIN, { AccountingStorageEnforce = "associations", GresTypes = false,
    AccountingStorageTRES = "cpu" }, { plugstack = false }), "a policy without limits needs less")
is_well(look(nil), "no policy")

-- One sentence with the file, the setting and the remedy.
local function lacks(text, setting, part, remedy, ...)
    local found = look(...)
    tap.is(#found.problems, 1, text .. ": one problem")
    tap.has(found.problems[1], setting, text .. ": the setting")
    tap.has(found.problems[1], part, text .. ": what follows")
    tap.has(found.problems[1], remedy, text .. ": what to do")
end
lacks("no job_submit", "slurm.conf: JobSubmitPlugins is not set",
    "slurmctld does not ask the policy", "set JobSubmitPlugins=lua", FULL,
    { JobSubmitPlugins = false })
lacks("another job_submit", "slurm.conf: JobSubmitPlugins=all_partitions",
    "does not ask the policy", "JobSubmitPlugins=lua", nil,
    { JobSubmitPlugins = "all_partitions" })
lacks("no script", "/etc/slurm/job_submit.lua is not there", "cannot load it",
    "copy Atelier's", FULL, nil, { job_submit = "" })
lacks("a script of the site's", "/etc/slurm/job_submit.lua does not call atelier.slurm",
    "no limit is looked at", "atelier-job-submit(7)", FULL, nil, { job_submit = "return 1" })
local SLURMS = { path = "/etc/atelier/policy.lua", is_directory = false, user = "slurm",
    group = "slurm" }
lacks("a policy of root alone", "/etc/atelier/policy.lua: slurm, as whom slurmctld runs",
    "cannot read it", "`chgrp slurm /etc/atelier/policy.lua && chmod g+r /etc", FULL, nil,
    { unread = { SLURMS } })
lacks("a directory of root alone", "/etc/atelier: slurm, as whom", "cannot search it",
    "chmod g+x /etc/atelier`, or `chmod a+x`", FULL, nil, { unread = { { path = "/etc/atelier",
    is_directory = true, user = "slurm", group = "slurm" } } })
is_well(look(FULL, nil, { job_submit = false }), "a script on another machine")
lacks("no cli_filter.lua", "slurm.conf: CliFilterPlugins=cli_filter/lua",
    "no /etc/slurm/cli_filter.lua on this machine", "copy Atelier's", FULL, nil,
    { cli_filter = "" })
is_well(look(FULL, { CliFilterPlugins = false }, { cli_filter = "" }), "which is optional")
is_well(look(FULL, { CliFilterParameters = "cli_filter_lua_path=/x" }, { cli_filter = "" }),
    "or elsewhere")
lacks("no prolog flags", "slurm.conf: PrologFlags is not set", "from the user",
    "set PrologFlags=Alloc", FULL, { PrologFlags = false })
lacks("... which drains nodes", "slurm.conf: PrologFlags=X", "any user can drain a node", "or Contain",
    FULL, { PrologFlags = "X" })
lacks("RunInJob", "slurm.conf: PrologFlags=Contain,RunInJob", "never calls the plugin's",
    "atelier-keeper(8)", FULL, { PrologFlags = "Contain,RunInJob" })
lacks("RunInJob and half of the scripts", "PrologFlags=Contain,RunInJob", "never calls",
    "Epilog=", FULL, { PrologFlags = "Contain,RunInJob", ["Prolog[0]"] = "/p" })
is_well(look(FULL, { PrologFlags = "Contain,RunInJob", Prolog = "/p", ["Epilog[0]"] = "/e" }),
    "RunInJob and its scripts")
lacks("a prolog's time", "slurm.conf: PrologTimeout=5", "drains its node", "15 or more", FULL,
    { PrologTimeout = "5 sec" })
for key, kinds in pairs({ JobContainerType = { "job_container/none", "job_container/tmpfs" },
    NamespaceType = { "namespace/none", "namespace/tmpfs", "namespace/linux" } }) do
    for _, kind in ipairs(kinds) do
        is_well(look(FULL, { [key] = kind }), kind)
    end
end
lacks("a namespace of another kind", "slurm.conf: JobContainerType=job_container/cncu",
    "does not know this kind", "set job_container/tmpfs, or take it out", FULL,
    { JobContainerType = "job_container/cncu" })
lacks("its later name", "slurm.conf: NamespaceType=namespace/own", "a mount namespace",
    "set namespace/tmpfs", FULL, { NamespaceType = "namespace/own" })
lacks("a kind without a word", "slurm.conf: NamespaceType=own", "jobs with a workspace fail",
    "set tmpfs", FULL, { NamespaceType = "own" })
local SHELF = policy_of("", 'volume "shelf" { kind = "bind", path = "/srv", place = "/shelf" }')
local TMPFS = { JobContainerType = "job_container/tmpfs" }
local function files(name, text)
    return { namespaces = { [name] = text } }
end
local DIRS = files("job_container.conf", "BasePath=/var/jc Dirs=/tmp,/shelf")
lacks("a volume's place", "/etc/slurm/job_container.conf: /shelf is each job's own, and volume `shelf` "
    .. "(policy.lua:4) has its place in it", "jobs with it fail", "take /shelf out", SHELF, TMPFS, DIRS)
DIRS.plugstack = { file = "/etc/slurm/plugstack.conf", line = 3, words = { "mounts=/tmp/x", "defaults=on" } }
lacks("the mount root", "/tmp is each job's own, and the volumes' directory /tmp/x (mounts= in "
    .. "/etc/slurm/plugstack.conf:3) is in it", "jobs with a workspace fail", "set another mounts=", FULL,
    TMPFS, DIRS)
lacks("the usual one", "/etc/slurm/namespace.yaml: /mnt is each job's own, and the volumes' directory "
    .. "/mnt/atelier is in it", "jobs with a workspace fail", "mounts=", FULL, { NamespaceType = "namespace/linux" },
    files("namespace.yaml", "defaults:\n  base_path: /var/jc\n  dirs: /mnt\n"))
DIRS.plugstack = false
is_well(look(SHELF, nil, DIRS), "no plugin reads the file")
lacks("an old kernel", "slurm.conf: JobContainerType=job_container/tmpfs", "no open_tree(2)", "newer kernel",
    FULL, TMPFS, { is_without_open_tree = true })
is_well(look(FULL, nil, { is_without_open_tree = true }), "which no namespace needs")
lacks("slurmd's user", "SlurmdUser=slurm(64030)", "mount", "root", FULL,
    { SlurmdUser = "slurm(64030)" })
lacks("wckeys in slurmctld", "slurm.conf: TrackWCKey=No", "experiments apart",
    "set TrackWCKey=yes", FULL, { TrackWCKey = "No" })
lacks("wckeys in slurmdbd", "slurmdbd.conf: TrackWCKey=No", "experiments apart",
    "restart slurmdbd", FULL, nil, { slurmdbd = slurmdbd("No") })
lacks("no slurmdbd", "AccountingStorageType is not set", "no accounts",
    "accounting_storage/slurmdbd", FULL, { AccountingStorageType = false })
lacks("no associations", "AccountingStorageEnforce is not set", "belongs to the account",
    "add associations", PLAIN, { AccountingStorageEnforce = "none" }, { plugstack = false })
lacks("no limits", "AccountingStorageEnforce=associations,qos",
    "workspace `vision` (policy.lua:2) has limits", "add limits", FULL,
    { AccountingStorageEnforce = "associations,qos" })
lacks("no qos", "AccountingStorageEnforce=associations,limits", "anybody may use any QOS",
    "add qos", FULL, { AccountingStorageEnforce = "associations,limits" })
lacks("no GPUs", "slurm.conf: GresTypes is not set", "has a limit of them", "add gpu", FULL,
    { GresTypes = false })
lacks("GPUs not counted", "AccountingStorageTRES=cpu", "has a limit of them",
    "add gres/gpu", FULL, { AccountingStorageTRES = "cpu" })
lacks("defaults", "/etc/slurm/plugstack.conf:1: the line of atelier.so has no defaults=on",
    "no volumes", "add defaults=on", FULL, nil,
    { plugstack = { file = "/etc/slurm/plugstack.conf", line = 1, words = { "log=/x" } } })
is_well(look(FULL, nil, { plugstack = false }), "no line is another's to tell")

local function notes(text, part, ...)
    local found = look(...)
    tap.is(table.concat(found.problems, "\n"), "", text .. " is no problem")
    tap.is(#found.notes, 1, text .. ": one note")
    tap.has(found.notes[1], part, text)
end
notes("a rank that fails alone", "KillOnBadExit=0", FULL, { KillOnBadExit = "0" })
notes("defaults=on in vain", "plugstack.conf:3: defaults=on", PLAIN)
notes("wckeys that are not declared", "workspace `vision` (policy.lua:2) declares none", PLAIN,
    { AccountingStorageEnforce = "associations,wckeys" }, { plugstack = false })
notes("slurmdbd that does not answer", "slurmdbd.conf was not looked at: it is down", FULL, nil,
    { slurmdbd = false, slurmdbd_fault = "it is down" })

tap.done()
