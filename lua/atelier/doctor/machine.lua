-- machine.lua: whether this machine has what jobs with Atelier need.

local configuration = require("atelier.site.configuration_questions")
local inventory = require("atelier.site.inventory")
local plugstack = require("atelier.doctor.plugstack")

local machine = {}

-- Where Slurm looks for a plugin, in its order.
local function places(directories, file)
    if file:sub(1, 1) == "/" then
        return { file }
    end
    local list = {}
    for directory in (directories .. ":"):gmatch("([^:]*):") do
        list[#list + 1] = directory .. "/" .. file
    end
    return list
end

local function plugin_places(stack)
    return places(stack.plugins, stack.line and stack.line.plugin or "atelier.so")
end

local function mpi_places(stack, kind)
    return places(stack.plugins, "mpi_" .. kind .. ".so")
end

local function own_place(stack)
    return stack.own .. "/atelier.so"
end

-- The file that Slurm takes for the plugin; or nil and the last that was tried.
local function plugin_file(known)
    local tried
    for _, path in ipairs(plugin_places(known.plugstack)) do
        tried = path
        if known.paths[path].is_there then
            return path
        end
    end
    return nil, tried
end

local function paths_of(stack)
    local paths = { own_place(stack) }
    for _, list in ipairs({ plugin_places(stack), mpi_places(stack, "pmix"),
        mpi_places(stack, "pmi2") }) do
        for _, path in ipairs(list) do
            paths[#paths + 1] = path
        end
    end
    return paths
end

local function trial_of(known)
    local path = plugin_file(known)
    return path and not known.paths[path].closed and { name = "trial", source = "plugin",
        path = path, plugins = known.plugstack.plugins, optional = true } or nil
end

-- Appends what check_plugin needs, once it is known where Slurm looks.
function machine.ask_plugin(questions, known)
    if known.plugstack then
        questions[#questions + 1] = { name = "paths", source = "paths",
            paths = paths_of(known.plugstack) }
    end
    questions[#questions + 1] = known.paths and trial_of(known) or nil
end

function machine.ask(known)
    if #known.policy.problems > 0 then
        known.policy.files = {} -- of a policy that is not used nobody is to read them
    end
    local questions = { { name = "settings", source = "settings" },
        { name = "help", argv = { "sbatch", "--help" }, optional = true },
        { name = "fuse", source = "fuse" }, { name = "mounts", source = "mounts" }, { name = "owner", source = "client_ids" },
        { name = "slurmd", source = "slurmd" } }
    if #known.policy.problems == 0 then
        inventory.ask(questions, { optional = true })
    end
    configuration.ask(questions, known, { accounting = true, optional = true })
    plugstack.ask(questions, known)
    machine.ask_plugin(questions, known)
    for _, program in ipairs(known.settings and { "keeper", "nfs" } or {}) do
        questions[#questions + 1] = { name = program, source = "start",
            path = known.settings[program] }
    end
    return questions
end

local function missing(known, path)
    local stack = known.plugstack
    local ours = own_place(stack)
    if known.paths[path].fault then
        return ("cannot look at %s: %s"):format(path, known.paths[path].fault)
    elseif known.paths[ours].is_there then
        return ("the plugin is %s, but Slurm looks in %s: build with ./configure "
            .. "--with-plugin-dir=%s, or write the whole path in the line of plugstack.conf"):format(
            ours, stack.plugins, stack.plugins:match("^[^:]*"))
    end
    return ("there is no %s: install Atelier (package atelier-slurm) on this machine, too"):format(path)
end

local ADVICE = {
    { "ncompatible", "build Atelier with the headers of the Slurm of this machine: `sbatch "
        .. "--version` says which" },
    { "is not in the PATH", "doctor asks Slurm by it" },
    { "cannot open shared object", "a library is missing here, which `ldd` names" },
    { "", "the file is not whole, or of another kind of machine: install it again" },
}

local function advice_for(reason)
    for _, one in ipairs(ADVICE) do
        if reason:find(one[1], 1, true) then
            return one[2]
        end
    end
end

-- The checks: each returns whether it is well, and the sentence.
local check = {}

-- Asked of Slurm itself, and before any line of plugstack.conf says that it must load it.
function check.plugin(known)
    local path, tried = plugin_file(known)
    if not path then
        return false, missing(known, tried)
    end
    local closed, said = known.paths[path].closed, known.trial
    if closed then
        return false, ("users cannot read %s: chmod a+rX %s"):format(path, closed)
    elseif not said or not said:find("--workspace=", 1, true) then
        local reason = said and "it is no plugin of Atelier" or known.faults.trial
        return false, ("Slurm cannot load %s: %s; %s"):format(path, reason, advice_for(reason))
    end
    return true, "Slurm can load " .. path
end

machine.check_plugin = check.plugin

function check.policy(known, policy)
    local problem = known.policy.problems[1]
    if known.policy.fault then
        return false, known.policy.fault
    end
    problem = problem or require("atelier.decide.trial").check(policy).problems[1]
    if problem then
        return false, problem .. "; see `atelier policy check`"
    elseif policy.closed then
        return false, ("%s has no workspace: %s: write one, the same on every machine (see "
            .. "atelier-policy(5))"):format(known.policy.path, policy.closed)
    end
    return true, known.policy.path .. " is good"
end

local function starts(known, program)
    if known[program].starts then
        return true, known.settings[program] .. " starts"
    end
    return false, known[program].why .. "; install Atelier and what it needs here, too"
end

function check.keeper(known)
    return starts(known, "keeper")
end

-- Started alone, the client says what of libfuse keeps it from serving a volume, or nothing.
function check.nfs(known)
    local said = known.nfs.said
    if not said or said == "" then
        return starts(known, "nfs")
    end
    return false, ("%s cannot serve a volume here: %s; install the libfuse3 that Atelier was built "
        .. "with, or build Atelier with this one"):format(known.settings.nfs, said)
end

function check.fuse(known)
    if not known.fuse.kernel then
        return false, "the kernel does not know FUSE: nodes that mount by libnfs need `modprobe "
            .. "fuse`"
    elseif not known.fuse.device then
        return false, "there is no device /dev/fuse: nodes that mount by libnfs need it"
    end
    return true, "the kernel has FUSE"
end

local function has_mpi(known, kind)
    for _, path in ipairs(mpi_places(known.plugstack, kind)) do
        if known.paths[path].is_readable then
            return true
        end
    end
    return false
end

-- A Slurm without it starts all that is not MPI, and MPI by another way.
function check.mpi(known)
    if has_mpi(known, "pmix") then
        return true, "srun has --mpi=pmix"
    elseif has_mpi(known, "pmi2") then
        return true, "srun has --mpi=pmi2 and no --mpi=pmix: an MPI that knows PMIx alone needs "
            .. "Slurm's plugin mpi_pmix, or mpirun"
    end
    return false, "srun has neither --mpi=pmix nor --mpi=pmi2: install Slurm's plugin mpi_pmix, "
        .. "or start MPI by mpirun"
end

function check.client_ids(known)
    local owner, ids = known.owner, known.settings.client_ids
    if not owner then
        return true, "no user and no group has one of " .. ids
    elseif owner.failure then
        return false, ("the user database of this machine does not tell whether a %s has id %d, of "
            .. "the setting client_ids=%s: %s; no job with an NFS client in user space starts here "
            .. "until it does"):format(owner.kind, owner.first, ids, owner.failure)
    end
    return false, ("the setting client_ids=%s has ids of others: %s `%s` has %d%s; give it a range "
        .. "that no user and no group has: client_ids=FIRST-LAST on Atelier's line in "
        .. "plugstack.conf (see atelier-plugstack(5))"):format(ids, owner.kind, owner.name,
        owner.first, owner.last > owner.first and (" to %d"):format(owner.last) or "")
end

-- What sbatch says with the site's own configuration.
local function effect(known, line)
    local place = line.file .. ":" .. line.number
    if not known.help then
        return false, ("%s; %s %s the plugin"):format(known.faults.help, place,
            line.required and "requires" or "names")
    elseif not known.help:find("--workspace=", 1, true) then
        return false, ("sbatch has no --workspace, though %s names the plugin: see the line "
            .. "`plugin` here"):format(place)
    end
    return true, ("sbatch has --workspace, by %s (%s)"):format(place,
        line.required and "required" or "optional")
end

-- Whether a line that loads the plugin is there, is right and has its effect.
function check.line(known)
    local stack = known.plugstack
    local line = stack.line
    if stack.fault then
        return false, stack.fault
    elseif not line then
        return false, ("no line of %s loads the plugin, so sbatch has no --workspace: when what is "
            .. "above is well on all machines, add `required atelier.so`, as `atelier site setup` "
            .. "does"):format(stack.path)
    elseif stack.count > 1 then
        return false, ("%d lines load the plugin, the first in %s:%d: leave one, since Slurm would "
            .. "do all twice"):format(stack.count, line.file, line.number)
    elseif line.fault then
        return false, ("%s:%d: %s"):format(line.file, line.number, line.fault)
    end
    return effect(known, line)
end

-- It looks once, when it starts, whether a plugin has a prolog.
function check.slurmd(known)
    if not known.plugstack.line then
        return true, "nothing is asked of slurmd before there is a line"
    elseif not known.slurmd then
        return true, "no slurmd runs here"
    elseif known.slurmd.has_plugin == nil then
        return true, "only root sees whether slurmd has the plugin"
    elseif not known.slurmd.has_plugin then
        return false, "slurmd runs without the plugin, for which it looks when it starts, so that "
            .. "jobs with a workspace fail here: restart slurmd; running jobs go on"
    end
    return true, "slurmd has the plugin"
end

-- In the order in which what is not well is to be mended: what comes later needs what is before.
local BEFORE = { { "plugin", check.plugin }, { "keeper", check.keeper },
    { "NFS client", check.nfs }, { "FUSE", check.fuse }, { "PMIx", check.mpi },
    { "client ids", check.client_ids }, { "policy", check.policy } }
local AFTER = { { "line", check.line }, { "slurmd", check.slurmd } }

-- What the policy names and Slurm lacks. PrivateData may hide accounts from who asks, but never
-- Slurm's own from who sees all.
local function missing_names(known, policy)
    for _, row in ipairs(known.accounts or {}) do
        if row.account == "root" then
            return inventory.check(policy, known).problems
        end
    end
    return inventory.check(policy, { partitions = known.partitions }).problems
end

-- Whether Slurm is configured as the policy and the plugin need. Of a policy that cannot be
-- used, which another check tells, only what any needs.
local function check_configuration(findings, known, policy)
    local function add(good, text)
        findings[#findings + 1] = { check = "Slurm", good = good, text = text }
    end
    local fault = known.faults.slurm or known.policy.is_strange and known.policy.fault
    if fault then
        return add(false, fault)
    end
    policy = #known.policy.problems == 0 and policy or nil
    for _, sentence in ipairs(policy and missing_names(known, policy) or {}) do
        add(false, sentence)
    end
    local files = configuration.of(known)
    files.is_without_open_tree = known.slurmd and not known.mounts.can_be_cloned
    local found = require("atelier.site.requirement").check(policy, files)
    for _, sentence in ipairs(found.problems) do
        add(false, sentence)
    end
    if #found.problems == 0 then
        add(true, "its configuration has what the policy and the plugin need")
    end
    for _, sentence in ipairs(found.notes) do
        add(true, "note: " .. sentence)
    end
end

local function check_each(findings, checks, known, policy)
    for _, one in ipairs(checks) do
        local good, text = one[2](known, policy)
        findings[#findings + 1] = { check = one[1], good = good, text = text }
    end
end

-- The list of { check, good, text }.
function machine.check(known, policy)
    local findings = {}
    check_each(findings, BEFORE, known, policy)
    check_configuration(findings, known, policy)
    check_each(findings, AFTER, known, policy)
    return findings
end

return machine
