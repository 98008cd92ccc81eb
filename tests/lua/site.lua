-- site.lua: the policy that the tests ask, and the words that no test may let through.

local site = {}

site.text = [[
file_server "store" { host = "head", port = 2049, mount_port = 20048 }
file_server "other" { host = "10.0.0.9", deadline = 2.5 }
volume "datasets" { server = "store", export = "/datasets", mode = "ro" }
volume "results"  { server = "store", export = "/results" }
volume "scratch"  { server = "other", export = "/" }
cluster "small"   { partition = "debug" }
cluster "cpu"     { partition = "cpu" }
cluster "gpu"     { partition = "gpu" }
workspace "vision" {
    title = "Computer vision", account = "Vision",
    clusters = { "cpu", "small" },
    users = { "alice", "carol" }, groups = { "vision" },
    volumes = { "datasets", "results" },
    frameworks = { "pytorch", "mpi" },
    environment = { OMP_NUM_THREADS = "1" },
}
workspace "nlp" {
    account = "nlp", clusters = { "cpu", "gpu" }, default_cluster = "gpu",
    users = { "bob", "carol" }, experiments = { "bert", "t5" }, volumes = { "scratch" },
}
]]

site.hostile = {
    "a;rm -rf /", "$(id)", "`id`", "a b", "a\nb", "a\n", "%n%s", "%", "../..", "..", ".a",
    "-a", "a/b", "a,rw,suid", "\27[31mred", "caf\195\169", "a\0b", "a=b", "(null)",
    "vision.", string.rep("x", 65), string.rep("x", 10240), string.rep("a", 5000) .. "!",
}
-- "vision." is a name, but of nothing.

function site.policy()
    local policy, problems = require("atelier.engine").load(site.text,
        "/etc/atelier/policy.lua")
    if not policy then
        error(table.concat(problems, "\n"))
    end
    return policy
end

return site
