-- Chainer: ChainerMN asks mpi4py for its ranks, and its communicator's intra_rank is the
-- GPU to use.

return {
    title = "Chainer (ChainerMN), over MPI",
    example = "srun --mpi=pmix --ntasks-per-node=4 python3 train_mnist.py",
    mpi = "pmix",
    meeting = require("mpi").meeting,
    environment = require("mpi").environment,
}
