-- requirement.lua: what the policy and the plugin need of Slurm's configuration, and what
-- is lacking. `atelier doctor`, `policy check` and `policy explain` ask it.
--
-- Each finding is a sentence: the setting as it is, what follows for jobs, what to do.

local agreed = require("atelier.base.agreed")
local name = require("atelier.base.name")
local private_directories = require("atelier.base.private_directories")
local set = require("atelier.base.set")
local slurm_settings = require("atelier.site.slurm_settings")

local requirement = {}

local words, has_plugin = slurm_settings.words, slurm_settings.has_plugin

local SETUP = ", as `atelier site setup` does when all machines have the plugin, "

local PROLOG_SECONDS = 15 -- a keeper's start, and telling why it failed, under any server

-- What is found: `slurm` and `slurmdbd` (settings, or nil), `known` as below, and the two
-- lists that grow.
local look = {}
look.__index = look

-- "slurm.conf: KillOnBadExit=0", or "... is not set".
local function setting(file, settings, key)
    return file .. ": " .. key
        .. (settings[key] and "=" .. settings[key] or " is not set")
end

function look:lacks(key, effect, remedy)
    self.problems[#self.problems + 1] = setting("slurm.conf", self.slurm, key) .. ": "
        .. effect .. ": " .. remedy
end

function look:note(sentence)
    self.notes[#self.notes + 1] = sentence
end

-- The first workspace that `has` says yes to, as the subject of a sentence; or nil.
function look:workspace(has)
    for _, key in ipairs(self.policy and self.policy.names or {}) do
        local one = self.policy.workspaces[key]
        if has(one) then
            return one.label .. " (" .. one.file .. ":" .. (one.line or "?") .. ")"
        end
    end
end

-- Why slurmctld does not ask the policy, as far as it is known here: "plugin" (slurm.conf
-- does not name it), "script" (there is no job_submit.lua) or "call" (it is the site's own,
-- and does not call ours); nil when it asks. `known` as in requirement.check.
function requirement.unasked(slurm, known)
    if not has_plugin(slurm.JobSubmitPlugins, "job_submit", "lua") then
        return "plugin"
    elseif known.job_submit == "" then
        return "script"
    elseif known.job_submit and not known.job_submit:find("atelier.slurm", 1, true) then
        return "call"
    end
end

function look:job_submit()
    local effect = "slurmctld does not ask the policy, so that jobs keep the account and "
        .. "the partition they came with, and no limit is looked at"
    local script = self.known.directory .. "/job_submit.lua"
    local why = requirement.unasked(self.slurm, self.known)
    if why == "plugin" then
        self:lacks("JobSubmitPlugins", effect, "set JobSubmitPlugins=lua and copy "
            .. "job_submit.lua beside slurm.conf" .. SETUP .. "and restart slurmctld")
    elseif why == "script" then
        self.problems[#self.problems + 1] = script .. " is not there: slurmctld cannot load "
            .. "it: copy Atelier's job_submit.lua there"
    elseif why == "call" then
        self.problems[#self.problems + 1] = script .. " does not call atelier.slurm: "
            .. effect .. ": see atelier-job-submit(7)"
    end
end

function look:reader()
    for _, one in ipairs(self.known.unread or {}) do
        self.problems[#self.problems + 1] = ("%s: %s, as whom slurmctld runs (SlurmUser), "
            .. "cannot %s it, so that jobs are decided by the policy of before, or by none: "
            .. "run `chgrp %s %s && chmod %s %s`, or `chmod %s` it where users may read the "
            .. "policy"):format(one.path, one.user,
            one.is_directory and "search" or "read", one.group, one.path,
            one.is_directory and "g+x" or "g+r", one.path, one.is_directory and "a+x" or "a+r")
    end
end

function look:cli_filter()
    if has_plugin(self.slurm.CliFilterPlugins, "cli_filter", "lua")
        and not self.slurm.CliFilterParameters and self.known.cli_filter == "" then
        self:lacks("CliFilterPlugins", "there is no " .. self.known.directory
            .. "/cli_filter.lua on this machine, so that sbatch, salloc and srun fail here",
            "copy Atelier's cli_filter.lua there, or take the word out")
    end
end

function look:prolog()
    local flags = words(self.slurm.PrologFlags)
    if not (flags.alloc or flags.contain or flags.x11 or flags.deferbatch) then
        self:lacks("PrologFlags", "the prolog of salloc and srun then has its options from "
            .. "the user and not from slurmctld, and any user can drain a node by a step with "
            .. "more of them than a program can be given", "set PrologFlags=Alloc (or Contain)"
            .. SETUP .. "and restart slurmctld and slurmd")
    end
    if flags.runinjob and not (self.slurm.Prolog or self.slurm["Prolog[0]"])
        or flags.runinjob and not (self.slurm.Epilog or self.slurm["Epilog[0]"]) then
        self:lacks("PrologFlags", "Slurm then never calls the plugin's prolog, so that "
            .. "every job with a workspace fails", "take RunInJob out, or set Prolog= and "
            .. "Epilog= to the scripts of atelier-keeper(8)")
    end
    for _, key in ipairs({ "PrologEpilogTimeout", "PrologTimeout", "EpilogTimeout" }) do
        local seconds = tonumber((self.slurm[key] or ""):match("^%d+"))
        if seconds and seconds > 0 and seconds < PROLOG_SECONDS then
            self:lacks(key, "a job whose file server is slow to answer drains its node",
                "set it to " .. PROLOG_SECONDS .. " or more")
        end
    end
end

local NAMESPACES = set.of(name.words(agreed.NAMESPACE_KINDS))

-- The mount root on this machine, and which line says so.
function look:mount_root()
    local line = self.known.plugstack
    for _, word in ipairs(line and line.words or {}) do
        local root = word:match("^mounts=(.+)")
        if root then
            return root, (" (mounts= in %s:%d)"):format(line.file, line.line)
        end
    end
    return private_directories.MOUNT_ROOT, ""
end

-- What Slurm's namespaces leave no room for: `file` says which directories are each job's own.
function look:private_directories(file, paths)
    local function check(what, path, whose, remedy)
        local outer = private_directories.around(paths, path)
        if outer then
            self.problems[#self.problems + 1] = ("%s/%s: %s is each job's own, and %s in it, "
                .. "so that %s fail: %s, or take %s out there"):format(self.known.directory, file,
                outer, what, whose, remedy, outer)
        end
    end
    local root, place = self:mount_root()
    check("the volumes' directory " .. root .. place .. " is", root, "jobs with a workspace",
        "set another mounts= on Atelier's line of plugstack.conf")
    for _, key in ipairs(name.sorted_keys(self.policy and self.policy.volumes or {})) do
        local one = self.policy.volumes[key]
        if one.place then
            check(("volume `%s` (%s:%s) has its place"):format(key, one.file, one.line or "?"),
                one.place, "jobs with it", "give it another place")
        end
    end
end

function look:namespace_files(key, plugin)
    local file = private_directories.FILES[plugin]
    local text = (self.known.namespaces or {})[file]
    if self.known.is_without_open_tree then
        self:lacks(key, "the kernel of this machine has no open_tree(2), as Linux has from 5.2 on, "
            .. "and without it the volumes cannot be put into the namespace that Slurm makes for "
            .. "each job, so that jobs with a workspace fail here", "boot a newer kernel, or take "
            .. "it out")
    end
    if text then
        self:private_directories(file, private_directories.read(plugin, text))
    end
end

function look:namespace()
    for _, key in ipairs({ "JobContainerType", "NamespaceType" }) do
        local kind = self.slurm[key]
        local plugin = private_directories.plugin(kind)
        if plugin then
            self:namespace_files(key, plugin)
        end
        if kind and not NAMESPACES[kind:match("/([^/]*)$") or kind] then
            self:lacks(key, "Atelier does not know this kind, and where it makes a mount "
                .. "namespace of its own, jobs with a workspace fail", "set "
                .. (kind:match("^.*/") or "") .. "tmpfs, or take it out")
        end
    end
end

function look:slurmd()
    local user = self.slurm.SlurmdUser
    if user and not user:find("(0)", 1, true) then
        self:lacks("SlurmdUser", "the plugin cannot mount anything", "let it be root")
    end
end

local WCKEYS = "the accounting does not know workspaces and experiments apart"

-- slurmdbd is to know them before slurmctld tells it of any.
function look:slurmdbd_wckeys()
    local slurmdbd = self.slurmdbd
    if slurmdbd and (slurmdbd.TrackWCKey or "no"):lower() ~= "yes" then
        self.problems[#self.problems + 1] = setting("slurmdbd.conf", slurmdbd, "TrackWCKey")
            .. ": " .. WCKEYS .. ": set TrackWCKey=yes there" .. SETUP .. "and restart slurmdbd"
    end
end

function look:wckeys()
    if (self.slurm.TrackWCKey or "no"):lower() ~= "yes" then
        self:lacks("TrackWCKey", WCKEYS, "set TrackWCKey=yes here and in slurmdbd.conf" .. SETUP
            .. "and restart slurmctld")
    end
    local open = self:workspace(function(one) return not one.experiments end)
    if open and words(self.slurm.AccountingStorageEnforce).wckeys then
        self:note("slurm.conf: AccountingStorageEnforce has wckeys: Slurm refuses the "
            .. "experiments that are not declared, and " .. open .. " declares none")
    end
end

-- Finds what Slurm would have to enforce and does not.
function look:accounting()
    if self.slurm.AccountingStorageType ~= "accounting_storage/slurmdbd" then
        self:lacks("AccountingStorageType", "without slurmdbd there are no accounts, no "
            .. "limits and no past jobs", "set it to accounting_storage/slurmdbd")
        return
    end
    local enforced = words(self.slurm.AccountingStorageEnforce)
    local limited = self:workspace(function(one) return next(one.limits) ~= nil end)
    local ranked = self:workspace(function(one) return next(one.qos or {}) ~= nil end)
    local function enforce(word, effect, condition)
        if not enforced[word] then
            self:lacks("AccountingStorageEnforce", effect, "add " .. word
                .. " and restart slurmctld" .. (condition or ""))
        end
    end
    enforce("associations", "nobody checks that a user belongs to the account of a "
        .. "workspace", ", when each user has an association: jobs of others are refused then")
    if limited then
        enforce("limits", "nobody counts what all jobs of a workspace use, and " .. limited
            .. " has limits")
    end
    if ranked then
        enforce("qos", "anybody may use any QOS, and " .. ranked .. " has its own")
    end
end

function look:gpus()
    local counted = self:workspace(function(one)
        return one.limits.gpus or one.limits.gpu_hours
    end)
    if not counted then
        return
    end
    if not words(self.slurm.GresTypes).gpu then
        self:lacks("GresTypes", "Slurm knows no GPUs, and " .. counted
            .. " has a limit of them", "add gpu, and Gres= to the nodes")
    elseif not words(self.slurm.AccountingStorageTRES)["gres/gpu"] then
        self:lacks("AccountingStorageTRES", "Slurm does not count GPUs, and " .. counted
            .. " has a limit of them", "add gres/gpu and restart slurmctld")
    end
end

function look:bad_exit()
    if self.slurm.KillOnBadExit == "0" then
        self:note("slurm.conf: KillOnBadExit=0: when one rank of an srun fails, the others "
            .. "wait for it: set KillOnBadExit=1, or start them by `atelier run` or `srun "
            .. "--kill-on-bad-exit`")
    end
end

function look:defaults()
    local line = self.known.plugstack
    if not line or not self.policy then
        return
    end
    local place, is_on = line.file .. ":" .. line.line, set.has(line.words, "defaults=on")
    if self.policy.default_workspace and not is_on then
        self.problems[#self.problems + 1] = place .. ": the line of atelier.so has no "
            .. "defaults=on, and the policy a default_workspace: jobs that get it have its "
            .. "account, and no volumes: add defaults=on"
    elseif is_on and not self.policy.default_workspace then
        self:note(place .. ": defaults=on, and the policy has no default_workspace: each "
            .. "job has a keeper look in vain")
    end
end

-- In the order in which what is lacking is to be mended: what refuses jobs comes late.
local LOOKS = { "slurmdbd_wckeys", "job_submit", "reader", "cli_filter", "prolog", "namespace",
    "slurmd", "wckeys", "gpus", "accounting", "bad_exit", "defaults" }

-- `policy` may be nil: then what any policy needs is looked at. `known`, from
-- lib/slurm/slurm_configuration.c: { slurm (what `scontrol show config` prints), slurmdbd (what
-- `sacctmgr show configuration` prints, or nil), slurmdbd_fault (why it is not known),
-- plugstack = { file, line, words } of this machine's line for the plugin (nil: it has
-- none), directory (of slurm.conf here),
-- namespaces = { FILE = text } of private_directories.FILES beside it, those that are there,
-- is_without_open_tree (of a node's kernel; nil: not asked),
-- job_submit and cli_filter (the texts of these scripts; "" when there is none, nil when it
-- cannot be read, or job_submit.lua is another machine's), unread (the policy's files that
-- slurmctld cannot read: { path, is_directory, user, group }) }. Returns { problems, notes },
-- lists of sentences.
function requirement.check(policy, known)
    local made = setmetatable({ policy = policy, known = known,
        slurm = slurm_settings.read(known.slurm),
        slurmdbd = known.slurmdbd and slurm_settings.of_slurmdbd(known.slurmdbd),
        problems = {}, notes = {} }, look)
    for _, which in ipairs(LOOKS) do
        made[which](made)
    end
    if known.slurmdbd_fault then
        made:note("slurmdbd.conf was not looked at: " .. known.slurmdbd_fault)
    end
    return { problems = made.problems, notes = made.notes }
end

return requirement
