-- doctor.lua: `atelier doctor`: whether this machine, or the nodes of an allocation, are well.

local command = {
    summary = "say whether a machine or nodes are well",
    about = "Says whether this machine has what jobs with Atelier need; with --nodes, inside an "
        .. "allocation, which of its nodes is dead or slow; with --removal, whether anything "
        .. "here still needs it.",
    options = {
        { name = "nodes", letter = "n", about = "Look at the nodes of this allocation, by MPI" },
        { name = "mpi", letter = "m", argument = "TYPE",
            about = "With --nodes: as of srun, or mpirun (default: what this Slurm has)" },
        { name = "removal", letter = "r",
            about = "Look whether Atelier can be taken away from here" },
        { name = "json", letter = "j", about = "Print JSON" },
        { name = "output", letter = "o", argument = "COLUMNS",
            about = "These columns alone, of check, good and text; with --nodes of the head" },
    },
    short = "[--nodes]",
}

function command.check(asked)
    if asked.removal and asked.nodes then
        return "--removal and --nodes are two questions"
    end
    return asked.mpi and not asked.nodes and "--mpi goes with --nodes" or nil
end

function command.policy(asked)
    return not asked.nodes and not asked.removal and "tried" or nil
end

local function part_of(asked)
    return require(asked.nodes and "atelier.doctor.nodes"
        or asked.removal and "atelier.doctor.leftover" or "atelier.doctor.machine")
end

local COLUMNS = { "check", "good", "text" }

function command.columns(asked)
    return asked.nodes and part_of(asked).COLUMNS or COLUMNS
end

function command.ask(asked, here, known)
    return part_of(asked).ask(known, asked, here)
end

function command.heard(_asked, known, text, clock)
    return known.look.step:hear(text, clock)
end

-- { check, good, text } of each, in lines.
local function rows_of(findings)
    local rows = {}
    for index, one in ipairs(findings) do
        rows[index] = { one.check, one.good and "yes" or "NO", one.text }
    end
    return { columns = COLUMNS, rows = rows }
end

function command.answer(policy, asked, known)
    if asked.nodes then
        return part_of(asked).answer(known)
    end
    local findings, good = part_of(asked).check(known, policy), true
    for _, one in ipairs(findings) do
        good = good and one.good
    end
    return { data = findings, view = { rows_of(findings) }, good = good }
end

return command
