-- CNTK: an MPI program, which also chooses its GPU itself, by a lock on the node.

return {
    title = "CNTK, over MPI",
    example = "srun --mpi=pmix --ntasks-per-node=4 cntk configFile=train.cntk "
        .. "parallelTrain=true",
    mpi = "pmix",
    meeting = require("mpi").meeting,
    environment = require("mpi").environment,
}
