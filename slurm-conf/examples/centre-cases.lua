-- What the policy in centre.lua is meant to decide: atelier policy test.

case "a first try" { user = "erika", workspace = "climate",
    expect = { account = "climate", partition = "production", experiment = "development",
        qos = "production", time_limit = 60 } }
case "production is paid for" { user = "olu", workspace = "climate",
    experiment = "production", qos = "high", nodes = 64, script = true,
    expect = { account = "climate", partition = "production", qos = "urgent",
        features = "onerack", wckey = "climate.production" } }
case "production by hand" { user = "olu", workspace = "climate",
    experiment = "production", expect = { refused = "production runs are batch jobs" } }
case "spare time costs nothing" { user = "mei", workspace = "proteins", qos = "low",
    expect = { account = "proteins-spare", partition = "opportunistic", qos = "spare" } }
case "spare time is short" { user = "mei", workspace = "proteins", qos = "low",
    experiment = "production", time_limit = 1440, script = true,
    expect = { refused = "limited to 12 hours" } }
case "the other queue" { user = "mei", workspace = "proteins",
    partition = "opportunistic", expect = { refused = "is for --qos=low" } }
case "development is small" { user = "mei", workspace = "proteins", nodes = 3,
    expect = { refused = "3 nodes are over the limit of experiment `development`" } }
case "development is not urgent" { user = "mei", workspace = "proteins", qos = "high",
    expect = { refused = "QOS `high` is not one of experiment `development`" } }
case "more than the project has" { user = "mei", workspace = "proteins",
    experiment = "production", gpus = 65, script = true,
    expect = { refused = "65 GPUs are over the limit of workspace `proteins`" } }
case "another project" { user = "mei", workspace = "climate",
    expect = { refused = "workspace `climate` is not one of yours: choose proteins" } }
