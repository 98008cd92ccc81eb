-- group.lua: one research group with one cluster and one file server.
--
-- Everybody is in one workspace without asking for it, so that old scripts see the
-- volumes; whoever works towards a deadline says --experiment=paper.

file_server "nas" { host = "nas", deadline = 3 }
volume "data" { server = "nas", export = "/data", mode = "ro" }
volume "work" { server = "nas", export = "/work" }

cluster "gpu" { partition = "gpu", kind = "4 GPUs, 64 cores", gpus_per_node = 4 }

workspace "lab" {
    title = "The group",
    account = "lab",
    clusters = { "gpu" },
    users = { "alice", "bob", "carol" },
    administrators = { "alice" },
    volumes = { "data", "work" },
    qos = { normal = "normal", high = "high" },
    limits = { nodes = 8, wall_time = "3-00:00:00" },
    default_wall_time = "4:00:00",
    experiments = {
        everyday = { qos = { normal = "normal" } },
        paper = { users = { "alice", "bob" } },
        course = { limits = { gpus = 1, wall_time = "2:00:00" },
            default_wall_time = "30:00" },
    },
    default_experiment = "everyday",
}

default_workspace = function()
    return "lab"
end
