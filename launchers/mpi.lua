-- MPI: nearly nothing, on purpose.
--
-- An MPI library has its own way to ranks and peers: PMIx or PMI-2 under `srun`, its own
-- daemons under `mpirun`. Transports and tuning (OMPI_MCA_*, UCX_*) are facts of the site:
-- they belong in the policy's environment, not in a guess. The layout is not checked, since
-- nothing of it is handed on.

local defaults = require "support.defaults"

local function environment(layout)
    return {}, defaults.of_task(layout)
end

-- MPI has its own ways to meet: nothing but the nodes and the ranks can be checked.
local function meeting()
    return {}
end

return {
    title = "MPI, by srun or mpirun",
    example = "srun --mpi=pmix --ntasks-per-node=8 ./program",
    mpi = "pmix",
    meeting = meeting,
    environment = environment,
}
