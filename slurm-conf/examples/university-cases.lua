-- What the policy in university.lua is meant to decide: atelier policy test.

case "a team's job" { user = "ann", groups = { "vision" }, workspace = "vision",
    expect = { account = "vision", partition = "cpu", wckey = "vision",
        qos = "normal", time_limit = 120 } }
case "GPUs find their partition" { user = "ann", groups = { "vision" },
    workspace = "vision", gpus = 8, expect = { partition = "gpu" } }
case "a GPU node without a GPU" { user = "ann", groups = { "vision" },
    workspace = "vision", partition = "gpu",
    expect = { refused = "the partition gpu is for jobs that ask for GPUs" } }
case "... nor with none in words" { user = "ann", groups = { "vision" },
    workspace = "vision", partition = "gpu", gpus = 0,
    expect = { refused = "the partition gpu is for jobs that ask for GPUs" } }
case "GPUs for long" { user = "ann", groups = { "vision" }, workspace = "vision", gpus = 1,
    time_limit = 2880, expect = { partition = "gpu" } }
case "a long job" { user = "ann", groups = { "plasma" }, workspace = "plasma",
    time_limit = 2880, expect = { partition = "cpu-long" } }
case "too long a job" { user = "ann", groups = { "plasma" }, workspace = "plasma",
    time_limit = 14400, expect = { refused = "over the limit of workspace `plasma`" } }
case "another team" { user = "ann", groups = { "vision" }, workspace = "plasma",
    expect = { refused = "workspace `plasma` is not one of yours: choose vision" } }
case "a student" { user = "tim", groups = { "students" },
    expect = { workspace = "teaching", account = "teaching", time_limit = 60 } }
case "a student who is in a team, too" { user = "ann", groups = { "students", "vision" },
    workspace = "vision", expect = { workspace = "vision", account = "vision" } }
case "nobody's student" { user = "eve", groups = { "users" },
    expect = { } }
case "a course that is not held" { user = "tim", groups = { "students" },
    workspace = "teaching", experiment = "mining",
    expect = { refused = "choose deep-learning or numerics" } }
case "a framework that is not offered" { user = "ann", groups = { "vision" },
    workspace = "vision", framework = "tensorflow",
    expect = { refused = "does not allow framework `tensorflow`" } }
