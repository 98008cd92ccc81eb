file_server "store" { host = "head" }
volume "datasets" { server = "store", export = "/datasets", mode = "ro" }
cluster "cpu" { partition = "cpu" }
cluster "debug" { partition = "debug" }

workspace "vision" {
    account = "vision", clusters = { "cpu", "debug" }, users = { "alice" },
    volumes = { "datasets" }, frameworks = { "pytorch", "mpi" },
    qos = { normal = "std", high = "fast" },
    limits = { nodes = 4, submitted_jobs = 10 },
    default_wall_time = "1-00:00:00",
    environment = { NCCL_DEBUG = "WARN" },
}

function route(job)
    if job.nodes and job.nodes > 2 then
        job.partition = "cpu,debug"
    end
end
