-- rules.lua: a policy with everything that the rules of a job can be, and its questions.

local rules = {}

rules.text = [[
file_server "store" { host = "head" }
volume "data" { server = "store", export = "/data", mode = "ro" }
volume "results" { server = "store", export = "/results" }
cluster "cpu" { partition = "cpu" }
cluster "gpu" { partition = { "gpu", "gpu-long" } }
workspace "vision" {
    title = "Computer vision",
    account = "Vision", accounts = { "Vision-extra" }, parent = "Science",
    clusters = { "cpu", "gpu" }, users = { "alice", "carol" }, groups = { "vision" },
    administrators = { "carol" },
    volumes = { "data", "results" }, frameworks = { "pytorch", "mpi" },
    environment = { OMP_NUM_THREADS = "1", SITE = "a" },
    qos = { low = "spare", normal = "Normal", high = "urgent" },
    limits = { nodes = 4, gpus = 16, running_jobs = 10, submitted_jobs = 20,
        wall_time = "2-00:00:00", gpu_hours = 1000 },
    default_wall_time = "1:00:00",
    default_experiment = "digits",
    experiments = {
        digits = {},
        production = {
            clusters = { "gpu" }, users = { "alice" }, volumes = { "data" },
            frameworks = { "pytorch" }, environment = { SITE = "b", RUN = "p" },
            qos = { high = "urgent" },
            limits = { gpus = 8, wall_time = "12:00:00" }, default_wall_time = 30,
        },
        thesis = { groups = { "students" } },
    },
}
workspace "open" {
    account = "open", clusters = { "cpu" }, users = { "alice", "bob" },
    limits = { wall_time = 600 },
}
]]

-- The policy with what is added to it; a broken one is an error of the test.
function rules.policy(addition)
    local policy, problems = require("atelier.engine").load(rules.text
        .. (addition or ""), "/etc/atelier/policy.lua")
    if not policy then
        error(table.concat(problems, "\n"))
    end
    return policy
end

-- The request of alice for workspace vision, with what a test changes (false: not given).
function rules.request(changes)
    local asked = { user = "alice", uid = 1001, workspace = "vision" }
    for key, given in pairs(changes or {}) do
        asked[key] = given ~= false and given or nil
    end
    return asked
end

return rules
