-- How large a job is after a change, whose own record says less than its request did.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local job_desc = require("atelier.slurmctld.job_desc")
local gpus = require("atelier.decide.gpus")

local function changed(fields, record)
    local asked = {}
    record.min_nodes = record.min_nodes or 1
    job_desc.add_changed(asked, fields, record)
    return asked.size
end

tap.is(changed({ comment = "x" }, {}), nil, "what changes no size")
tap.is(changed({ tres_per_job = "gres/gpu:3" }, {}).gpus, 3, "GPUs of the job")
tap.is(changed({ tres_per_task = "gres/gpu:2", num_tasks = 3 }, {}).gpus, 6,
    "GPUs of each task, and how many these are")
tap.ok(changed({ tres_per_task = "gres/gpu:1" }, {}).gpus >= gpus.MANY,
    "GPUs of each task, of which the record does not say how many there are")
tap.is(changed({ tres_per_task = "gres/gpu:2" }, { tres_per_task = "gres/gpu:1",
    tres_fmt_req_str = "cpu=4,gres/gpu=4" }).gpus, 8, "... but where Slurm counts those it had")
tap.done()
