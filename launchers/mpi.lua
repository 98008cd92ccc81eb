-- MPI: nearly nothing, on purpose.
--
-- An MPI library has its own way to ranks and peers: PMIx or PMI-2 under `srun`, its own
-- daemons under `mpirun`. Interfaces, transports and tuning (OMPI_MCA_*, UCX_*) are facts
-- of the site: they belong in the policy's environment, not in a guess. The layout is not
-- checked, since nothing of it is handed on.

local threads = require "support.threads"

local function environment(layout)
    return {}, { OMP_NUM_THREADS = ("%d"):format(threads.of_task(layout)) }
end

return { title = "MPI, by srun or mpirun", environment = environment }
