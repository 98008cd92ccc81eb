-- Caffe: one process of a node that uses all its GPUs, or several over MPI in the builds
-- that have it.

return {
    title = "Caffe, alone or over MPI",
    example = "srun --ntasks=1 caffe train --solver=solver.prototxt --gpu=all",
    mpi = "pmix",
    meeting = require("mpi").meeting,
    environment = require("mpi").environment,
}
