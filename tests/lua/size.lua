-- How large a job is: the same from the fields of every release's clients.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local size = require("atelier.decide.job_size")

local function of(job)
    local made, words = size.of(job), {}
    for _, key in ipairs({ "nodes", "tasks", "gpus", "cpus", "memory" }) do
        words[#words + 1] = made[key] ~= nil and key .. "=" .. tostring(made[key]) or nil
    end
    return table.concat(words, " ")
end

local function same(wanted, what, ...)
    for _, job in ipairs({ ... }) do
        tap.is(of(job), wanted, what)
    end
end

same("cpus=1", "nothing given", {}, { min_nodes = 4294967294, num_tasks = 4294967294,
    cpus_per_task = 65534, min_mem_per_node = 18446744073709551614 })
-- Each with what 22.05 sends, and what 26.05 does.
same("nodes=2 tasks=8 cpus=8", "-N2 --ntasks-per-node=4",
    { min_nodes = 2, num_tasks = 8, ntasks_per_node = 4, min_cpus = 8 },
    { min_nodes = 2, ntasks_per_node = 4, min_cpus = 8 })
same("nodes=2 tasks=8 cpus=8", "-n8 --ntasks-per-node=4",
    { num_tasks = 8, ntasks_per_node = 4, min_cpus = 8 },
    { min_nodes = 2, num_tasks = 8, ntasks_per_node = 4, min_cpus = 8 })
same("nodes=2 tasks=4 gpus=8 cpus=2", "-G8 --gpus-per-node=4 --ntasks-per-node=2",
    { min_nodes = 2, ntasks_per_node = 2, min_cpus = 2, tres_per_job = "gres:gpu:8",
        tres_per_node = "gres:gpu:4" },
    { ntasks_per_node = 2, min_cpus = 2, tres_per_job = "gres/gpu:8",
        tres_per_node = "gres/gpu:4" })
same("tasks=4 gpus=8 cpus=8", "-G8 --gpus-per-task=2 -c2",
    { num_tasks = 4, cpus_per_task = 2, min_cpus = 2, tres_per_job = "gres:gpu:8",
        tres_per_task = "gres:gpu:2" },
    { cpus_per_task = 2, min_cpus = 8, tres_per_job = "gres/gpu:8",
        tres_per_task = "gres/gpu:2" })
same("tasks=3 gpus=6 cpus=12", "-n3 --tres-per-task=cpu:4,gres/gpu:2",
    { num_tasks = 3, cpus_per_task = 4, tres_per_task = "cpu:4,gres/gpu:2" },
    { num_tasks = 3, cpus_per_task = 4, tres_per_task = "cpu=4,gres/gpu=2" })
same("nodes=2 tasks=8 gpus=4 cpus=2", "-N2 --gpus-per-node=2 --ntasks-per-gpu=2",
    { min_nodes = 2, tres_per_node = "gres:gpu:2", ntasks_per_tres = 2, min_cpus = 2 },
    { min_nodes = 2, num_tasks = 8, tres_per_node = "gres:gpu:2", ntasks_per_tres = 2,
        min_cpus = 2 })
same("tasks=8 gpus=4 cpus=8", "-n8 --ntasks-per-gpu=2",
    { num_tasks = 8, ntasks_per_tres = 2, min_cpus = 8 })
same("gpus=4 cpus=12", "-G4 --cpus-per-gpu=3",
    { tres_per_job = "gres:gpu:4", cpus_per_tres = "gres:gpu:3", min_cpus = 1 },
    { tres_per_job = "gres/gpu:4", cpus_per_tres = "gres/gpu:3", min_cpus = 12 })
same("nodes=3 cpus=3", "-w n[1-3]", { min_nodes = 3, req_nodes = "n[1-3]" },
    { req_nodes = "n[1-3]" }, { min_nodes = 1, req_nodes = "n1,n[2-3],n1", min_cpus = 3 })
same("nodes=1 tasks=1 cpus=1", "-n1 -w n[1-3]",
    { min_nodes = 1, num_tasks = 1, req_nodes = "n1", min_cpus = 1 },
    { min_nodes = 1, num_tasks = 1, req_nodes = "n[1-3]", min_cpus = 1 })
same("nodes=12 cpus=12", "racks of nodes", { req_nodes = "r[1-3]n[1,3-5]" })
same("cpus=1", "what is no list", { req_nodes = "" }, { req_nodes = "/etc/hosts" },
    { req_nodes = "{block}" })
same("nodes=2 gpus=6 cpus=2", "two types of GPU", { min_nodes = 2, min_cpus = 2,
    tres_per_node = "gres:gpu:a100:2,gres:gpu:v100:1,gres:shard:8" })
same("nodes=2 gpus=4 cpus=2", "a GPU without a count, and with a place", { min_nodes = 2,
    min_cpus = 2, tres_per_node = "gpu:a100,gpu:1(S:0)" })
same("nodes=2 gpus=8 cpus=2", "GPUs of a socket", { min_nodes = 2, min_cpus = 2,
    sockets_per_node = 2, tres_per_socket = "gres:gpu:2" })
same("tasks=2 cpus=6 memory=300", "--mem-per-cpu", { num_tasks = 2, cpus_per_task = 3,
    min_mem_per_cpu = 100 })
same("nodes=2 gpus=8 cpus=2 memory=400", "--mem-per-gpu", { min_nodes = 2, min_cpus = 2,
    tres_per_node = "gres:gpu:4", mem_per_tres = "gres:gpu:100" })
same("cpus=1 memory=0", "all memory of a node", { min_mem_per_node = 0 })
same("nodes=2 cpus=2", "overcommitted", { min_nodes = 2, min_cpus = 2 })
tap.done()
