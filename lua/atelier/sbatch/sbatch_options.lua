-- sbatch_options.lua: every option of sbatch from Slurm 22.05 to 26.05, and ours (option.lua),
-- in the form of option_reader.lua. What they mean is sbatch_request.lua's.
--
-- Those that decide something come first, with a word for --help. help, usage and their
-- letters are left out: the command's own. An argument that is optional is one only as
-- "--name=value"; so are those of options that have one in some releases and none in others.

local option_list = require("atelier.base.option")

local sbatch_options = {}

local NO, YES, MAY = {}, { argument = true }, { argument = true, optional = true }

-- Name, letter ("" for none), whether it has an argument, its word, what it is.
local SHOWN = {
    { "account", "A", YES, "NAME", "Account" },
    { "partition", "p", YES, "NAMES", "Partitions" },
    { "qos", "q", YES, "NAME", "QOS, or the priority low, normal or high" },
    { "wckey", "", YES, "KEY", "Wckey" },
    { "nodes", "N", YES, "LEAST[-MOST]", "Nodes" },
    { "ntasks", "n", YES, "COUNT", "Tasks" },
    { "ntasks-per-node", "", YES, "COUNT", "Tasks of a node" },
    { "cpus-per-task", "c", YES, "COUNT", "Processors of a task" },
    { "gpus", "G", YES, "[TYPE:]COUNT", "GPUs of the job" },
    { "gpus-per-node", "", YES, "[TYPE:]COUNT", "GPUs of a node" },
    { "gpus-per-task", "", YES, "[TYPE:]COUNT", "GPUs of a task" },
    { "gres", "", YES, "LIST", "Generic resources of a node, such as gpu:2" },
    { "mem", "", YES, "SIZE[K|M|G|T]", "Memory of a node" },
    { "mem-per-cpu", "", YES, "SIZE[K|M|G|T]", "Memory of a processor" },
    { "time", "t", YES, "TIME", "Wall time" },
    { "constraint", "C", YES, "FEATURES", "Features" },
    { "licenses", "L", YES, "LIST", "Licenses" },
    { "reservation", "", YES, "NAME", "Reservation" },
    { "array", "a", YES, "INDEXES", "An array job" },
    { "ntasks-per-gpu", "", YES, "COUNT", "Tasks of a GPU" },
    { "nodelist", "w", YES, "HOSTS", "These nodes at least" },
    { "nodefile", "F", YES, "FILE", "These nodes at least, from a file" },
    { "distribution", "m", YES, "WORD", "Where tasks are: arbitrary counts" },
    { "overcommit", "O", NO, "", "Tasks share processors" },
    { "extra-node-info", "B", YES, "S[:C[:T]]", "Sockets, cores and threads of a node" },
    { "sockets-per-node", "", YES, "COUNT", "Sockets of a node" },
    { "cores-per-socket", "", YES, "COUNT", "Cores of a socket" },
    { "threads-per-core", "", YES, "COUNT", "Threads of a core" },
    { "gpus-per-socket", "", YES, "[TYPE:]COUNT", "GPUs of a socket" },
    { "tres-per-task", "", YES, "LIST", "What a task needs, such as cpu:2,gres/gpu:1" },
    { "cpus-per-gpu", "", YES, "COUNT", "Processors of a GPU" },
    { "mem-per-gpu", "", YES, "SIZE[K|M|G|T]", "Memory of a GPU" },
    { "resources", "", YES, "LIST", "Licenses by another name" },
    { "wrap", "", YES, "COMMAND", "A script of one command" },
}

-- Those of sbatch's that decide nothing: name, letter, whether it has an argument.
local OTHERS = {
    { "acctg-freq", "", YES }, { "autocomplete", "", YES }, { "batch", "", YES },
    { "bb", "", YES }, { "bbf", "", YES }, { "begin", "b", YES }, { "chdir", "D", YES },
    { "cluster", "", YES }, { "cluster-constraint", "", YES }, { "clusters", "M", YES },
    { "comment", "", YES }, { "consolidate-segments", "", NO }, { "container", "", YES },
    { "container-id", "", YES }, { "container-type", "", YES }, { "context", "", YES },
    { "contiguous", "", NO }, { "core-spec", "S", YES }, { "cpu-freq", "", YES },
    { "deadline", "", YES }, { "delay-boot", "", YES }, { "dependency", "d", YES },
    { "error", "e", YES }, { "exclude", "x", YES }, { "exclusive", "", MAY },
    { "export", "", YES }, { "export-file", "", YES }, { "external", "", NO },
    { "extra", "", YES }, { "get-user-env", "", MAY }, { "gid", "", YES },
    { "gpu-bind", "", YES }, { "gpu-freq", "", YES }, { "gres-flags", "", YES },
    { "hint", "", YES }, { "hold", "H", NO }, { "ignore-pbs", "", NO }, { "input", "i", YES },
    { "job-name", "J", YES }, { "kill-on-invalid-dep", "", YES }, { "mail-type", "", YES },
    { "mail-user", "", YES }, { "mcs-label", "", YES }, { "mem-bind", "", YES },
    { "mem-update", "", YES }, { "mincpus", "", YES }, { "network", "", YES },
    { "nice", "", MAY }, { "no-kill", "k", MAY }, { "no-requeue", "", NO },
    { "ntasks-per-core", "", YES }, { "ntasks-per-socket", "", YES },
    { "ntasks-per-tres", "", YES }, { "oom-kill-step", "", MAY }, { "open-mode", "", YES },
    { "output", "o", YES }, { "oversubscribe", "s", NO }, { "parsable", "", NO },
    { "power", "", YES }, { "prefer", "", YES }, { "priority", "", YES },
    { "profile", "", YES }, { "propagate", "", MAY }, { "quiet", "Q", NO },
    { "reboot", "", NO }, { "requeue", "", MAY }, { "resv-ports", "", MAY },
    { "segment", "", YES }, { "signal", "", YES }, { "spread-job", "", NO },
    { "spread-segments", "", NO }, { "stepmgr", "", NO }, { "switches", "", YES },
    { "tasks-per-node", "", YES }, { "test-only", "", NO }, { "thread-spec", "", YES },
    { "time-min", "", YES }, { "tmp", "", YES }, { "tres-bind", "", YES }, { "uid", "", YES },
    { "use-min-nodes", "", NO }, { "verbose", "v", NO }, { "version", "V", NO },
    { "wait", "W", NO }, { "wait-all-nodes", "", YES },
}

local function option_of(row, take)
    local word = row[4] ~= "" and row[4] or "VALUE"
    return { name = row[1], letter = row[2] ~= "" and row[2] or nil,
        argument = row[3].argument and word or nil, optional = row[3].optional, about = row[5],
        hidden = row[5] == nil, take = take }
end

-- All of them; `take(asked, option, text)` is called for each that is read.
function sbatch_options.all(take)
    local all = {}
    for index, row in ipairs(option_list) do
        all[index] = { name = row.name, argument = row.argument, about = row.about, take = take }
    end
    for _, rows in ipairs({ SHOWN, OTHERS }) do
        for _, row in ipairs(rows) do
            all[#all + 1] = option_of(row, take)
        end
    end
    return all
end

return sbatch_options
