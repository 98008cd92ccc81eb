-- What `atelier doctor` judges: the links of an allocation, a step whose lines come in, and what
-- this machine told.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local engine = require("atelier.engine")
local machine = require("atelier.doctor.machine")
local leftover = require("atelier.doctor.leftover")
local nodes_of = require("atelier.doctor.nodes")
local ring = require("atelier.doctor.ring")

local NODES = 8

-- A ring of so many nodes, all well.
local function make_ring(count)
    local nodes, links = {}, {}
    for index = 0, count - 1 do
        nodes[index + 1] = { name = "n" .. index, state = "well" }
        links[index + 1] = { from = "n" .. index, to = "n" .. (index + 1) % count,
            microseconds = 10 + index, megabytes = 1000 + 10 * index }
    end
    return nodes, links
end

local function count_slow(nodes)
    local slow = 0
    for _, node in ipairs(nodes) do
        slow = slow + (node.state == "slow" and 1 or 0)
    end
    return slow
end

for count = 3, NODES do
    local nodes, links = make_ring(count)
    links[2].megabytes = 400 -- as a busy machine has it
    links[1].microseconds = 900
    tap.is(ring.judge(nodes, links), 0, ("nothing is slow among %d equals"):format(count))
    tap.is(count_slow(nodes), 0, "and no node")
    tap.is(ring.tell(nodes, links[2]), nil, "and no link is told")
end

for count = 3, NODES do
    local nodes, links = make_ring(count)
    links[2].megabytes = 9
    links[3].megabytes = 11
    tap.is(ring.judge(nodes, links), 2, ("a slow node of %d has two slow links"):format(count))
    tap.is(count_slow(nodes), 1, "it is the only one")
    tap.is(nodes[3].state, "slow", "it is found")
    tap.has(nodes[3].why, "n2 is slow: its links carry 9.0 MB/s at 11 us where those of other nodes "
        .. "carry 10", "it is named")
    tap.has(nodes[3].why, "--exclude=n2", "with what to do")
end

local nodes, links = make_ring(4)
links[1].microseconds, links[4].microseconds = 5000, 5000
tap.is(ring.judge(nodes, links), 2, "a node that is far away has two slow links")
tap.is(nodes[1].state, "slow", "it is found")
tap.is(count_slow(nodes), 1, "it is the only one")

nodes, links = make_ring(5)
links[5].megabytes = 2.24
tap.is(ring.judge(nodes, links), 1, "a slow link")
tap.is(count_slow(nodes), 0, "is no node's fault")
tap.has(ring.tell(nodes, links[5]),
    "the link between n4 and n0 is slow: it carries 2.2 MB/s at 14 us", "it is told with both nodes")
tap.is(ring.tell(nodes, links[1]), nil, "another is not")
nodes[1].state = "slow"
tap.is(ring.tell(nodes, links[5]), nil, "a slow node explains it")

nodes, links = make_ring(2)
links = { links[1] }
links[1].megabytes = 0.1
tap.is(ring.judge(nodes, links), 0, "two nodes have nothing to compare")
tap.is(count_slow(nodes), 0, "so none is slow")

nodes, links = make_ring(4)
nodes[4].state, nodes[4].why = "dead", "n3 is dead"
links[1].megabytes, links[2].megabytes = 1, 1
links = { links[1], links[2], { from = "n2", to = "n0", microseconds = 9, megabytes = 900 } }
tap.is(ring.judge(nodes, links), 2, "without a dead node")
tap.is(nodes[2].state, "slow", "a slow one is found")
tap.is(nodes[4].why, "n3 is dead", "and the dead one stays dead")

nodes, links = make_ring(3)
ring.add(links, { from = "n1", to = "n2", microseconds = 5, megabytes = 1 })
tap.is(#links, 3, "a second look at a link adds none")
tap.ok(links[2].microseconds < 6 and links[2].megabytes > 1000, "and makes it only better")
ring.add(links, { from = "n2", to = "n1", microseconds = 5, megabytes = 1 })
tap.is(#links, 4, "the other way is another link")

-- The nodes of a job, and what is known of it after the first answers.
local HERE = { job = { id = "7", nodes = "n[1-3]" } }
local function job()
    return { hosts = { "n1,n2,n3" }, mpi = "pmix", settings = { doctor = "/probe" }, exported = true, faults = {} }
end

local function ask(known)
    return nodes_of.ask(known, {}, HERE)
end

-- What the step hears at a second; whether that is enough.
local function hears(known, second, ...)
    local text = #{ ... } > 0 and table.concat({ ... }, "\n") .. "\n" or ""
    return known.look.step:hear(text, second * 1000)
end

local function all(word)
    return ("doctor %s n1\ndoctor %s n2\ndoctor %s n3"):format(word, word, word)
end

local known = job()
tap.is(table.concat(ask(known)[1].argv, " "), "srun --overlap --nodes=3 --ntasks=3 "
    .. "--ntasks-per-node=1 --mpi=pmix --input=none --kill-on-bad-exit=1 /probe", "the step")
tap.is(hears(known, 0), false, "nobody is late at the begin")
tap.is(hears(known, 30), false, "nor within half a minute")
tap.is(hears(known, 31), true, "but after it")

known = job()
known.mpi = "pmi2"
tap.has(table.concat(ask(known)[1].argv, " "), " --mpi=pmi2 ", "by what this Slurm has")
tap.is(hears(known, 0, all("here"), "doctor joined n2 1"), true, "a process alone is enough")
known["step 1"] = { ended = false, said = "" }
tap.is(table.concat(ask(known)[1].argv, " "),
    "mpirun -n 3 --map-by ppr:1:node --host n1,n2,n3 /probe", "its MPI has a way of its own")
tap.is(hears(known, 0, all("here"), "doctor joined n2 1"), true, "and a process alone there")
known["step 2"] = { ended = false, said = "" }
ask(known)
tap.has(nodes_of.answer(known).faults[1], "is not started by mpirun: name another way", "is told")

known = job()
nodes_of.ask(known, { mpi = "pmi2" }, HERE)
hears(known, 0, all("here"), "doctor joined n2 1")
known["step 1"] = { ended = false, said = "" }
nodes_of.ask(known, { mpi = "pmi2" }, HERE)
tap.has(nodes_of.answer(known).faults[1], "is not started by --mpi=pmi2", "what was asked for is kept")

known = job()
ask(known)
tap.is(hears(known, 0, "doctor here n1", "doctor here n2"), false, "two nodes are here")
tap.is(hears(known, 5, "doctor beat n1", "doctor beat n2"), false, "the third may take its time")
tap.is(hears(known, 10.1, "doctor beat n1", "doctor beat n2"), true, "of ten seconds")
known["step 1"] = { ended = false, said = "" }
local asked = ask(known)
tap.is(#asked, 1, "it alone is asked")
tap.has(table.concat(asked[1].argv, " "), "--nodelist=n3 --mpi=none", "by a step of its own")
known.faults[asked[1].name] = "srun did not end within 10 s and was killed"
asked = ask(known)
tap.has(table.concat(asked[1].argv, " "), "--nodes=2 --ntasks=2", "then the others are looked at")
tap.has(table.concat(asked[1].argv, " "), "--exclude=n3 /probe", "without it")
local answer
local function finish()
    hears(known, 20, "doctor here n1", "doctor here n2", "doctor joined n1 2", "doctor joined n2 2",
        "doctor reduce 12.4 900.4")
    known.look.step:hear("doctor li", 20100)
    hears(known, 20.2, "nk n1 n2 10.2 1000", "doctor link n1 n2 11 900", "of nobody", "doctor done n1",
        "doctor done n2")
    known["step 2"] = { ended = true, said = "" }
    tap.is(#ask(known), 0, "all is known")
    answer = nodes_of.answer(known)
end
finish()
tap.is(answer.good, false, "a dead node is not good")
tap.is(answer.view[3], "n3 is dead: it started nothing within 10 s; see `scontrol show node n3`, or "
    .. "leave it out with --exclude=n3", "it is named")
tap.is(answer.view[2], "all-reduce over 2 nodes: 12 us for 8 bytes, 900 us for 1 MiB", "the sum")
tap.is(table.concat(answer.view[1].rows[1], "|"), "n1|well|n2|10 us|1000.0 MB/s", "the best of a link, "
    .. "whose line came in two pieces")
tap.is(answer.data.links[1].bytes_per_second, 1000000000, "and for programs")

known = job()
ask(known)
hears(known, 0, all("here"))
tap.is(hears(known, 9, "doctor beat n1", "doctor beat n2"), true, "a node that is silent is enough")
known["step 1"] = { ended = false, said = "" }
tap.has(ask(known)[1].argv[9], "--exclude=n3", "it is left out")
tap.has(known.look.nodes[3].why, "n3 is dead: it stopped answering while MPI started", "and why")

known = job()
ask(known)
hears(known, 0, all("here"))
tap.is(hears(known, 9), true, "all are silent")
known["step 1"] = { ended = false, said = "" }
tap.is(#ask(known), 3, "then the fault is srun's, and each is asked")

known = job()
ask(known)
hears(known, 0, all("here"))
hears(known, 1, "doctor joined n1 3", "doctor joined n2 3", "doctor joined n3 3", all("done"))
tap.is(hears(known, 6), false, "who is done may end by itself")
tap.is(hears(known, 6.1), true, "for five seconds")

known = job()
for _ = 1, 3 do
    for _, question in ipairs(ask(known)) do
        known[question.name] = question.watch and { said = "", fault = "srun could not be run" } or ""
    end
end
ask(known)
tap.is(nodes_of.answer(known).faults[1], "srun could not be run: is Slurm installed?",
    "a step that fails three times ends it")
tap.has(nodes_of.answer({}).faults[1], "there is no allocation here", "no allocation")

-- What this machine told.
local function findings(check, told)
    local by_name = {}
    for _, one in ipairs(check(told)) do
        by_name[one.check] = one
    end
    return by_name
end

local function machine_with(owner, nfs)
    return findings(machine.check, { owner = owner, fuse = { kernel = true, device = false },
        settings = { client_ids = "2100000000-2100000007", keeper = "/keeper", nfs = "/nfs" },
        keeper = { starts = true }, nfs = nfs or { starts = false, why = "/nfs has no library" },
        policy = { path = "/policy", problems = {}, files = {}, fault = "it is not root's",
            is_strange = true },
        help = "", faults = {}, paths = {
            ["/slurm/atelier.so"] = { is_there = false, fault = "Permission denied" },
            ["/slurm/mpi_pmix.so"] = {}, ["/slurm/mpi_pmi2.so"] = { is_readable = true } },
        plugstack = { plugins = "/slurm", own = "/own", path = "/etc/plugstack.conf", count = 0 } })
end

-- What is to be done on a machine that has the files and nothing else, in its order.
local function left(policy, accounts, slurm, more)
    local known = { fuse = { kernel = true, device = true }, faults = {}, trial = "--workspace=NAME",
        settings = { client_ids = "2100000000-2100000007", keeper = "/keeper", nfs = "/nfs" },
        keeper = { starts = true }, nfs = { starts = true }, paths = {
            ["/slurm/atelier.so"] = { is_there = true }, ["/own/atelier.so"] = { is_there = true },
            ["/slurm/mpi_pmix.so"] = { is_readable = true } },
        policy = { path = "/policy", problems = {}, files = {} }, partitions = { { name = "cpu" } },
        accounts = accounts, qos = {},
        slurmdbd = "\nSlurmDBD configuration:\nTrackWCKey = No\n", files = { directory = "/etc/slurm",
            job_submit = "", slurm = (slurm or "") .. "AccountingStorageType = accounting_storage/slurmdbd\n" },
        plugstack = { plugins = "/slurm", own = "/own", path = "/etc/plugstack.conf", count = 0 } }
    for key, value in pairs(more or {}) do
        known[key] = value
    end
    local texts = {}
    for _, one in ipairs(machine.check(known, policy)) do
        texts[#texts + 1] = not one.good and one.check .. ": " .. one.text or nil
    end
    return texts
end

local todo = left(engine.load('no_workspaces "none was written yet"', "policy.lua"))
tap.has(todo[1], "policy: /policy has no workspace: none was written yet: write one",
    "a policy without a workspace comes first")
local first = engine.load([[cluster "cpu" { partition = "cpu" }
    workspace "first" { account = "first", clusters = { "cpu" }, users = { "alice" } }]], "policy.lua")
tap.has(left(first, {})[1], "slurmdbd.conf", "accounts that are hidden are not missed")
todo = left(first, { { account = "root" } })
tap.is(#todo, 7, "seven things are left")
tap.has(todo[1], "Slurm has no account `first`: `atelier policy apply` creates it", "accounts come first")
tap.has(todo[2], "slurmdbd.conf: TrackWCKey=No", "slurmdbd knows wckeys before slurmctld tells of any")
tap.has(todo[3], "JobSubmitPlugins is not set", "then slurmctld asks the policy")
tap.has(todo[4], "PrologFlags is not set", "and sends the options")
tap.has(todo[5], "slurm.conf: TrackWCKey is not set", "and has wckeys")
tap.has(todo[6], "when each user has an association", "what refuses jobs comes late")
tap.has(todo[7], "line: no line of /etc/plugstack.conf", "and the line last")
local TMPFS = "JobContainerType = job_container/tmpfs\n"
local function on_kernel(slurm, slurmd, can_be_cloned)
    return table.concat(left(first, {}, slurm, { slurmd = slurmd, mounts = { can_be_cloned = can_be_cloned } }))
end
tap.has(on_kernel(TMPFS, { has_plugin = true }, false), "the kernel of this machine has no open_tree(2)",
    "a node whose kernel cannot put volumes into Slurm's namespaces")
tap.ok(not on_kernel(TMPFS, false, false):find("open_tree"), "a machine without slurmd needs no such kernel")
tap.ok(not on_kernel("", { has_plugin = true }, false):find("open_tree"), "nor a Slurm that makes none")
tap.ok(not on_kernel(TMPFS, { has_plugin = true }, true):find("open_tree"), "a newer kernel")
for _, index in ipairs({ 2, 3, 4, 5, 7 }) do
    tap.has(todo[index], "as `atelier site setup` does", "what one command does is told with it")
    tap.has(todo[index], "all machines", "and when")
end

local told = machine_with({ kind = "user", first = 2100000000, last = 2100000000,
    failure = "Input/output error" })
tap.has(told["client ids"].text, "does not tell whether a user has id 2100000000",
    "a database that does not tell of users")
tap.is(told["client ids"].good, false, "is not well")
told = machine_with({ kind = "group", first = 2100000000, last = 2100000000,
    failure = "Connection refused" })
tap.has(told["client ids"].text, "does not tell whether a group has id 2100000000", "nor of groups")
tap.has(told["client ids"].text, "Connection refused", "and why")
told = machine_with({ kind = "/etc/subuid", name = "bob", first = 2100000001, last = 2100000004 })
tap.has(told["client ids"].text, "/etc/subuid `bob` has 2100000001 to 2100000004;", "several ids")
told = machine_with(false)
tap.is(told["client ids"].good, true, "ids that nobody has")
tap.is(told.plugin.text, "cannot look at /slurm/atelier.so: Permission denied", "a hidden plugin")
tap.is(told["NFS client"].text, "/nfs has no library; install Atelier and what it needs here, too",
    "a client that does not start")
told = machine_with(false, { starts = true, said = "libfuse 9 makes no session" })
tap.has(told["NFS client"].text, "/nfs cannot serve a volume here: libfuse 9 makes no session; install",
    "a libfuse that does not do")
tap.is(told["NFS client"].good, false, "is not well")
told = machine_with(false, { starts = true, said = "" })
tap.is(told["NFS client"].text, "/nfs starts", "a client that can serve")
tap.has(told.FUSE.text, "there is no device /dev/fuse", "no device")
tap.has(told.PMIx.text, "srun has --mpi=pmi2 and no --mpi=pmix", "PMI2 alone")
tap.is(told.PMIx.good, true, "is well")
tap.is(told.Slurm.text, "it is not root's", "an engine that is not root's")

local function left_with(jobs, keepers)
    return findings(leftover.check, { jobs = jobs, keepers = keepers, faults = {
            jobs = "squeue failed", keepers = "cannot look into /run/atelier" },
        plugstack = { path = "/etc/slurm/plugstack.conf", count = 1,
            line = { file = "/etc/slurm/plugstack.conf", number = 3, required = true } },
        scripts = { "/etc/slurm/job_submit.lua" } })
end

told = left_with("RUNNING            atelier/\nCOMPLETED    atelier/\nREQUEUE_HOLD  atelier/\n"
    .. "RUNNING      (null)\nCANCELLED by 7 atelier/\n", { count = 2, first = "/run/atelier/n1/7" })
tap.has(told.jobs.text, "2 jobs are of workspaces in the queue", "jobs that are not over")
tap.has(told.keepers.text, "2 keepers are of jobs here, the first in /run/atelier/n1/7", "keepers")
tap.has(told.line.text, "plugstack.conf:3 still loads the plugin, and without the file nothing",
    "the line")
tap.has(told.scripts.text, "/etc/slurm/job_submit.lua asks Atelier's policy", "a script")
told = left_with("", { count = 0 })
tap.ok(told.jobs.good and told.keepers.good, "nothing is left")
told = left_with(nil, nil)
tap.ok(not told.jobs.good and not told.keepers.good, "what is not known is not well")
tap.done()
