-- volume.lua: the verb of `atelier volume`. `test` returns a command, as
-- command_line/session.lua takes it.

local volume_list = require("atelier.show.volume_list")

local volume = {}

local COLUMNS = { "node", "volume", "server", "host", "driver", "answer" }

local function check_test(asked)
    if asked.report and asked.output then
        return "a --report has all columns: leave --output out"
    end
    return asked.partition and not asked.all_nodes and "--partition goes with --all-nodes" or nil
end

-- A user beside a job of the own (salloc's shell): the job's nodes have what this machine
-- has not, a client with a reserved port.
local function is_beside_job(asked, here)
    return not here.is_root and not asked.report and here.job and here.job.nodes
        and not here.job.step
end

-- The nodes of the partition that are up, "n1,n[3-4]", and its name, of sinfo's rows; nil and
-- a sentence where there are none. sinfo marks the default partition with `*`.
local function usable_nodes(rows, wanted)
    local lists, name = {}, wanted
    for _, row in ipairs(rows) do
        local partition, mark = row.partition:match("^([^*]*)(%*?)")
        if wanted and partition == wanted or not wanted and mark == "*" then
            lists[#lists + 1], name = row.nodes, partition
        end
    end
    if #lists == 0 then
        return nil, ("partition `%s` has no node that is up"):format(wanted or "(default)")
    end
    return table.concat(lists, ","), name
end

local SINFO = { name = "partitions", fields = { "partition", "nodes" },
    argv = { "sinfo", "-h", "-r", "-t", "idle,mix,alloc", "-o", "%P|%N" } }

local SECONDS = 60 -- with the start and the end of a job of many nodes

-- Inside an allocation nothing is asked for but a step beside others.
local function srun(nodes, count, partition)
    local words = { "srun", "--quiet", "--ntasks-per-node=1", "--cpus-per-task=1",
        "--kill-on-bad-exit=0", "--input=none", "--ntasks=" .. count, "--nodelist=" .. nodes }
    local more = partition and { "--partition=" .. partition, "--immediate=20", "--time=1",
        "--mem=64M", "--job-name=atelier-volume-test" } or { "--overlap" }
    for _, word in ipairs(more) do
        words[#words + 1] = word
    end
    return words
end

-- What each node is to run.
local function report(asked)
    local words = { "volume", "test", "--report" }
    if asked.policy then
        words[4], words[5] = "--policy", asked.policy
    end
    for _, name in ipairs(asked.names or {}) do
        words[#words + 1] = name
    end
    return words
end

-- Asks on each node of the allocation that this runs in; else on each node of the partition
-- that is up, in an allocation of its own that is given up unless it begins at once.
local function ask_nodes(asked, here, known)
    local nodes, partition = here.job and here.job.nodes, nil
    if not nodes and not known.partitions then
        return { SINFO }
    elseif not nodes then
        nodes, partition = usable_nodes(known.partitions, asked.partition)
        if not nodes then
            known.fault = partition
            return {}
        end
    end
    local questions = { { name = "hosts", source = "hosts", lists = { { text = nodes } } } }
    if known.hosts and not known.hosts[1] then
        known.fault = ("the list of nodes `%s` cannot be read"):format(nodes)
        return {}
    elseif known.hosts then
        local _, commas = known.hosts[1]:gsub(",", "")
        questions[2] = { name = "reports", optional = true, json = true, seconds = SECONDS,
            argv = srun(nodes, commas + 1, partition), itself = report(asked) }
    end
    return questions
end

local function ask_test(asked, here, known, policy)
    local volumes = volume_list.list(policy, asked.names or {})
    if not volumes then
        return {}
    elseif is_beside_job(asked, here) and not asked.all_nodes then
        if known.mounted == nil then
            return { { name = "mounted", source = "mounted", volumes = volumes } }
        end
        asked.all_nodes = not known.mounted
    end
    if asked.all_nodes then
        return ask_nodes(asked, here, known)
    end
    return { { name = "answers", source = "file_servers", volumes = volumes } }
end

local SILENT = "the node gave no answer: see whether atelier is installed there"

-- The answers of all nodes in the order of the nodes.
local function in_order(hosts, reports)
    local answers = {}
    for host in hosts:gmatch("[^,]+") do
        local before = #answers
        for _, one in ipairs(reports) do
            answers[#answers + 1] = one.node == host and one or nil
        end
        if #answers == before then
            answers[before + 1] = { node = host, volume = "", server = "", host = "", driver = "",
                error = SILENT }
        end
    end
    return answers
end

local NO_ROOM = { "Requested nodes are busy", "Requested node configuration is not available" }

-- What srun said for its failure; and, where the nodes have no room for a job, what it takes.
local function fault_of(said, here)
    for _, sentence in ipairs(NO_ROOM) do
        if said:find(sentence, 1, true) and not (here.job and here.job.nodes) then
            return said .. "; --all-nodes needs a processor and 64 MiB on every node of the "
                .. "partition within 20 s, or an allocation to run in"
        end
    end
    return said
end

-- JSON's null, which no table of Lua's holds.
local function null()
end

local KEYS = { "node", "volume", "server", "host", "driver", "error", "milliseconds", "asked" }

local function whole(entry)
    local all = {}
    for _, key in ipairs(KEYS) do
        all[key] = entry[key] == nil and null or entry[key]
    end
    return all
end

-- What stands behind the time, where it was not the whole preflight.
local ASKED = { mount = ", by this job's mount", service = ", service and export alone" }

local function answer_text(entry)
    if entry.error then
        return entry.error
    elseif not entry.milliseconds then
        return "not asked: it has no file server"
    end
    return ("%d ms%s"):format(entry.milliseconds, ASKED[entry.asked] or "")
end

local function table_of(answers, has_node)
    local made = { columns = {}, rows = {}, bad = {}, head = true }
    for index = has_node and 1 or 2, #COLUMNS do
        made.columns[#made.columns + 1] = COLUMNS[index]
    end
    for index, entry in ipairs(answers) do
        local row = {}
        for place, column in ipairs(made.columns) do
            row[place] = column == "answer" and answer_text(entry) or entry[column] or ""
        end
        made.rows[index] = row
        made.bad[#made.bad + 1] = entry.error and index or nil
    end
    return made
end

local RESERVED = "Whether the server lets jobs in, which come from a reserved port, is asked by "
    .. "root on a node, or by `srun --workspace=NAME atelier volume test`."

local function answer_test(policy, asked, known, here)
    local _, unknown = volume_list.list(policy, asked.names or {})
    if unknown then
        return { faults = { unknown }, good = false }
    end
    local fault = known.fault or known.faults.reports and fault_of(known.faults.reports, here)
    if fault then
        return { faults = { fault } }
    end
    local answers = known.answers or in_order(known.hosts[1], known.reports)
    local data, lines, good, is_partial = {}, {}, true, false
    for index, entry in ipairs(answers) do
        data[index] = whole(entry)
        lines[index] = { keys = KEYS, json = data[index] }
        good = good and not entry.error
        is_partial = is_partial or entry.asked == "service"
    end
    if asked.report then
        return { view = lines, good = true }
    end
    return { data = data, good = good,
        asides = is_partial and not asked.json and { RESERVED } or nil,
        view = { table_of(answers, asked.all_nodes or asked.output) } }
end

-- Whether the volumes' file servers answer, from here or from all nodes.
function volume.test()
    return {
        summary = "ask the volumes' file servers",
        about = "Asks the volumes' file servers as a job's nodes do before they mount them, and "
            .. "mounts nothing. Without NAME, all volumes of the policy.",
        options = {
            { name = "policy", letter = "f", argument = "FILE",
                about = "A draft instead of the policy in force" },
            { name = "json", letter = "j", about = "Print JSON" },
            { name = "all-nodes", letter = "a",
                about = "Ask from every node of the allocation or the partition" },
            { name = "partition", letter = "p", argument = "NAME",
                about = "With --all-nodes: another than the default partition" },
            { name = "report", letter = "r", about = "Print one line of JSON for each volume, and "
                .. "end with 0 whatever the answers: what --all-nodes runs on the nodes" },
            { name = "output", letter = "o", argument = "COLUMNS",
                about = "These columns alone, by the names in the head, or node" },
        },
        operands = { { name = "names", argument = "[NAME...]", list = true } },
        columns = COLUMNS,
        policy = "good", draft = "policy",
        check = check_test, ask = ask_test, answer = answer_test,
    }
end

return volume
