-- What the policy in group.lua is meant to decide: atelier policy test.

case "an old script" { user = "alice",
    expect = { workspace = "lab", experiment = "everyday", account = "lab",
        partition = "gpu", wckey = "lab.everyday", qos = "normal", time_limit = 240 } }
case "everyday work is never urgent" { user = "alice", qos = "high",
    expect = { refused = "QOS `high` is not one of experiment `everyday`" } }
case "a paper may be" { user = "bob", workspace = "lab", experiment = "paper",
    qos = "high", expect = { qos = "high" } }
case "others do not write it" { user = "carol", workspace = "lab", experiment = "paper",
    expect = { refused = "you are not a member of experiment `paper`" } }
case "a course takes one GPU" { user = "carol", experiment = "course", gpus = 2,
    expect = { refused = "2 GPUs are over the limit of experiment `course`" } }
case "a job of weeks" { user = "bob", time_limit = 20160,
    expect = { refused = "--time=14-00:00:00 is over the limit of workspace `lab`" } }
case "a stranger" { user = "mallory",
    expect = { refused = "workspace `lab` is not one of yours" } }
