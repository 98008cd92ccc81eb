-- Who enforces a limit, by what Slurm says: nobody is said to do what he does not.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local enforcement = require("atelier.accounting.enforcement")

local LIMITS = {
    { what = "nodes", value = 4, enforced_by = "submission and association" },
    { what = "gpus", value = 8, enforced_by = "submission" },
    { what = "wall_time", value = 120, enforced_by = "submission and association" },
    { what = "submitted_jobs", value = 10, enforced_by = "association" },
    { what = "gpu_hours", value = 10, enforced_by = "association" },
}

local function row(changes)
    local made = { cluster = "here", user = "", partition = "", grp_tres = "node=4",
        grp_tres_mins = "gres/gpu=600", grp_jobs = "", grp_submit = "10",
        max_wall = "02:00:00" }
    for key, value in pairs(changes or {}) do
        made[key] = value
    end
    return made
end

local RIGHT = "ClusterName = here\nJobSubmitPlugins = lua\n"
    .. "AccountingStorageEnforce = associations,limits\n"
    .. "AccountingStorageTRES = cpu,gres/gpu\n"

local function judged(changes)
    local asked = { limits = LIMITS, slurm = RIGHT, associations = { row() } }
    for key, value in pairs(changes or {}) do
        asked[key] = value
    end
    local by_name = {}
    for index, one in ipairs(enforcement.judge(nil, asked)) do
        by_name[LIMITS[index].what] = one
    end
    return by_name
end

local all = judged()
tap.is(all.nodes.enforced_by, "submission and association", "both")
tap.is(all.nodes.told, "checked at submission, and Slurm counts all jobs", "in words")
tap.is(all.gpus.told, "checked at submission", "one job's alone")
tap.is(all.submitted_jobs.told, "Slurm counts all jobs", "all jobs' alone")
tap.is(all.gpu_hours.enforced_by, "association", "in its own unit")
tap.is(all.wall_time.enforced_by, "submission and association", "as a time")

local unasked = judged({ slurm = RIGHT:gsub("= lua", "= (null)") })
tap.is(unasked.gpus.enforced_by, "nobody", "slurmctld that does not ask")
tap.has(unasked.gpus.told, "nobody checks it at submission: JobSubmitPlugins", "... why")
tap.is(unasked.nodes.enforced_by, "association", "... Slurm's part stays")

local sites = judged({ job_submit = "return slurm.SUCCESS" })
tap.is(sites.gpus.enforced_by, "nobody", "a job_submit.lua of the site's")
tap.has(sites.gpus.told, "at submission: job_submit.lua does not call atelier.slurm", "... why")
tap.is(sites.nodes.enforced_by, "association", "... Slurm's part stays")
tap.is(judged({ job_submit = "" }).gpus.enforced_by, "nobody", "none at all")
tap.is(judged({ job_submit = 'require("atelier.slurm")' }).gpus.enforced_by, "submission",
    "one that calls ours")

local uncounted = judged({ slurm = RIGHT:gsub(",limits", "") })
tap.is(uncounted.submitted_jobs.enforced_by, "nobody", "no limits enforced")
tap.has(uncounted.submitted_jobs.told, "AccountingStorageEnforce in slurm.conf lacks limits",
    "... why")
tap.is(uncounted.nodes.enforced_by, "submission", "... submission's part stays")

local without_gpus = judged({ slurm = RIGHT:gsub(",gres/gpu", "") })
tap.is(without_gpus.gpu_hours.enforced_by, "nobody", "GPUs that are not counted")
tap.is(without_gpus.submitted_jobs.enforced_by, "association", "... jobs are")

local unapplied = judged({ associations = { row({ grp_submit = "", user = "alice" }) } })
tap.is(unapplied.submitted_jobs.enforced_by, "nobody", "slurmdbd has no account's limit")
tap.has(unapplied.submitted_jobs.told, "slurmdbd does not have it: `atelier policy apply`",
    "... what to do")
tap.is(judged({ associations = {} }).nodes.enforced_by, "submission", "no account at all")
tap.is(judged({ associations = { row({ cluster = "there" }) } }).submitted_jobs.enforced_by,
    "nobody", "another cluster's account")

local other = judged({ associations = { row({ grp_submit = "300", max_wall = "1-00:00:00" }) } })
tap.has(other.submitted_jobs.told, "Slurm counts all jobs, up to 300: `atelier policy apply`",
    "another number")
tap.has(other.wall_time.told, "up to 1-00:00:00", "another time")

local unknown = enforcement.judge(nil, { limits = LIMITS, fault = "scontrol failed: no" })
tap.is(unknown[1].enforced_by, nil, "nothing is known")
tap.has(unknown[1].told, "is not known: scontrol failed: no", "... and that is said")

tap.done()
