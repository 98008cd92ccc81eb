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
        return { { name = "answers", source = "nodes_answers", partition = asked.partition,
            policy = asked.policy, names = asked.names } }
    end
    return { { name = "answers", source = "file_servers", volumes = volumes } }
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

local function answer_test(policy, asked, known)
    local _, fault = volume_list.list(policy, asked.names or {})
    if fault then
        return { faults = { fault }, good = false }
    end
    local data, lines, good, is_partial = {}, {}, true, false
    for index, entry in ipairs(known.answers) do
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
        view = { table_of(known.answers, asked.all_nodes or asked.output) } }
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
