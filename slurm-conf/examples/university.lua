-- university.lua: departments with teams, a CPU and a GPU cluster.
--
-- A department is a parent account and a file server; its teams differ in name and
-- members alone, so they are written in a loop. The library's own Unix groups say who is
-- in a team.

cluster "cpu" { partition = { "cpu", "cpu-long" }, kind = "64 cores" }
cluster "gpu" { partition = "gpu", kind = "8 GPUs", gpus_per_node = 8 }

file_server "library" { host = "library.example.org", deadline = 4 }
volume "datasets" { server = "library", export = "/datasets", mode = "ro" }

local DAY = 24 * 60 -- minutes

local departments = {
    physics = { "plasma", "particles" },
    informatics = { "vision", "language", "robotics" },
}

for department, teams in pairs(departments) do
    file_server(department) { host = "files." .. department .. ".example.org" }
    for _, team in ipairs(teams) do
        volume(team) { server = department, export = "/teams/" .. team }
        workspace(team) {
            title = team .. ", " .. department,
            account = team,
            parent = department,
            clusters = { "cpu", "gpu" },
            groups = { team },
            volumes = { "datasets", team },
            frameworks = { "mpi", "pytorch" },
            environment = { DEPARTMENT = department },
            qos = { low = "spare", normal = "normal" },
            limits = { gpus = 32, running_jobs = 50, submitted_jobs = 500,
                wall_time = 7 * DAY },
            default_wall_time = "2:00:00",
        }
    end
end

workspace "teaching" {
    title = "Courses of all departments",
    account = "teaching",
    clusters = { "cpu", "gpu" },
    users = { "dora" },
    groups = { "students" },
    volumes = { "datasets" },
    limits = { nodes = 4, gpus = 4, wall_time = "1:00:00" },
    experiments = { "deep-learning", "numerics" },
}

-- Students need not know what a workspace is.
default_workspace = function(user)
    for _, group in ipairs(user.groups or {}) do
        if group == "students" then
            return "teaching"
        end
    end
end

-- What needs no GPU stays away from the nodes that have some, and long jobs from short
-- ones.
route = function(job)
    if job.gpus then -- nil for none
        job.partition = "gpu"
    elseif job.partition == "gpu" then
        refuse("the partition gpu is for jobs that ask for GPUs: add --gpus")
    elseif job.time_limit and job.time_limit > DAY then
        job.partition = "cpu-long"
    end
end
