-- MPI: nearly nothing, on purpose.
--
-- An MPI library has its own way to ranks and peers: PMIx or PMI-2 under `srun`, and its
-- own daemons under `mpirun`. In mpirun's step each task is a daemon, so a rank set here
-- would be the daemon's and wrong for every process below it. Interfaces, transports and
-- tuning are facts of the site (OMPI_MCA_*, UCX_*): they belong in the policy's
-- `environment`, not in a guess. The layout is not checked either, since none of it is
-- handed on.

local threads = require "support.threads"

local function environment(layout)
    return { OMP_NUM_THREADS = ("%d"):format(threads.of_task(layout)) }
end

return { title = "MPI, by srun or mpirun", environment = environment }
