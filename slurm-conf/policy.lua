-- policy.lua: the rules of a site with two teams. Copy it to /etc/atelier/policy.lua,
-- owned by root and writable by nobody else. atelier-policy(5) describes every key.

-- An NFS server, and what it exports. The deadline (seconds) is how long a job waits for
-- the server before it is told that the server is down.
file_server "store" { host = "head", port = 2049, mount_port = 20048, deadline = 5 }

volume "datasets" { server = "store", export = "/datasets", mode = "ro" }
volume "results"  { server = "store", export = "/results" }

-- A cluster is a Slurm partition.
cluster "cpu"   { partition = "cpu" }
cluster "debug" { partition = "debug" }

workspace "vision" {
    title = "Computer vision",
    account = "vision", -- the Slurm account that its jobs run under
    clusters = { "cpu", "debug" }, -- the first is the default
    users = { "alice", "carol" },
    groups = { "vision" }, -- members by Unix group
    volumes = { "datasets", "results" }, -- seen by its jobs below /mnt/atelier
    frameworks = { "pytorch", "mpi" },
    environment = { OMP_NUM_THREADS = "1" },
}

workspace "nlp" {
    title = "Natural language",
    account = "nlp",
    clusters = { "cpu" },
    users = { "bob", "carol" },
    volumes = { "results" },
    experiments = { "translation", "summaries" }, -- only these names
}
