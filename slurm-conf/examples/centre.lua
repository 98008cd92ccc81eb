-- centre.lua: a centre with a production and an opportunistic queue, and projects that
-- have budgets.
--
-- A project pays for production from its own account. Work of low priority runs under the
-- account of the same name and "-spare", which has no budget and may be preempted.

file_server "scratch" { host = "scratch", deadline = 2, connections = 4 }
file_server "archive" { host = "archive", recovery = "soft", on_failure = "fail" }
volume "scratch" { server = "scratch", export = "/scratch" }
volume "archive" { server = "archive", export = "/archive", mode = "ro" }
-- The nodes mount Lustre themselves; fast space on their disks is gone with the job.
volume "projects" { kind = "bind", path = "/lustre/projects", place = "/projects" }
volume "fast" { kind = "local", path = "/local/scratch", place = "/fast" }

cluster "production" { partition = "production", gpus_per_node = 4,
    size = { min = 64, max = 512, target = 256 } }
cluster "opportunistic" { partition = "opportunistic", gpus_per_node = 4 }

local HOUR = 60 -- minutes

local function project(name, budget)
    workspace(name) {
        title = "Project " .. name .. ", " .. budget.gpu_hours .. " GPU-hours",
        account = name,
        accounts = { name .. "-spare" },
        parent = "projects",
        clusters = { "production", "opportunistic" },
        users = budget.users,
        administrators = { budget.users[1] },
        volumes = { "scratch", "archive", "projects", "fast" },
        qos = { low = "spare", normal = "production", high = "urgent" },
        limits = { gpu_hours = budget.gpu_hours, gpus = budget.gpus,
            submitted_jobs = 1000, wall_time = 48 * HOUR },
        default_wall_time = 1 * HOUR,
        experiments = {
            development = { limits = { nodes = 2, wall_time = 2 * HOUR },
                qos = { low = "spare", normal = "production" } },
            production = { frameworks = { "pytorch", "mpi" } },
        },
        default_experiment = "development",
        environment = { PROJECT = name },
    }
end

project("climate", { users = { "erika", "olu" }, gpu_hours = 500000, gpus = 512 })
project("proteins", { users = { "mei" }, gpu_hours = 80000, gpus = 64 })

route = function(job)
    if job.qos == "spare" then
        job.account = job.workspace .. "-spare"
        job.partition = "opportunistic"
        if job.time_limit > 12 * HOUR then
            refuse("work of low priority is limited to 12 hours: use --time")
        end
    elseif job.partition == "opportunistic" then
        refuse("the partition opportunistic is for --qos=low")
    end
    if job.experiment == "production" and not job.script then
        refuse("production runs are batch jobs: use sbatch")
    end
    if job.nodes and job.nodes > 32 then
        job.features = "onerack"
    end
end
