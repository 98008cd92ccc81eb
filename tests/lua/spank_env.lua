-- A job's SPANK environment: what no node could start a prolog with, all entries together.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local spank_env = require("atelier.slurmctld.spank_env")

-- Two entries, of which neither is too long.
local function excess_of(bytes)
    local half = ("x"):rep(61438)
    return spank_env.excess({ spank_job_env_size = 2,
        spank_job_env = { [0] = "X=" .. half, "Y=" .. ("y"):rep(bytes - 61442) } })
end

tap.is(excess_of(spank_env.BYTES_MAX), nil, "as much as a node can take")
tap.is(excess_of(122884), "the job's SPANK environment has 122884 bytes in 2 entries, and no "
    .. "node could start the job's prolog with more than 122880 bytes in 1024: shorten what "
    .. "options of SPANK plugins and $SLURM_SPANK_ variables hand on", "the sum counts")
tap.is(spank_env.excess({}), nil, "a job without entries")
tap.done()
