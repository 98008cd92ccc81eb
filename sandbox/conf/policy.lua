-- /etc/atelier/policy.lua of the sandbox: two teams, one file server.

file_server "store" {
    host = "head",
    port = 2049,
    mount_port = 20048,
    driver = "libnfs",
    deadline = 3, -- seconds
}

volume "datasets" { server = "store", export = "/datasets", mode = "ro" }
volume "results"  { server = "store", export = "/results",  mode = "rw" }
volume "home"     { server = "store", export = "/home",     mode = "rw" }

cluster "cpu"   { partition = "cpu" }
cluster "debug" { partition = "debug" }

workspace "vision" {
    title = "Computer vision",
    account = "vision",
    users = { "alice", "carol" },
    clusters = { "cpu", "debug" },
    default_cluster = "cpu",
    volumes = { "datasets", "results", "home" },
    frameworks = { "pytorch", "mpi", "tensorflow", "custom" },
}

workspace "nlp" {
    title = "Language",
    account = "nlp",
    users = { "bob", "carol" },
    clusters = { "cpu", "debug" },
    default_cluster = "cpu",
    volumes = { "datasets", "results", "home" },
    frameworks = { "pytorch", "mpi", "tensorflow", "custom" },
}
