#!/bin/sh
# Reads a data set with all ranks, started by srun over PMIx:
#
#     sbatch --workspace=vision --framework=mpi -N2 -n4 srun.sh
#
# The volume `home` holds a copy of the examples in $USER/examples with read_shards built,
# the volume `datasets` what make_shards writes in shards/.
#SBATCH --job-name=read-shards
#SBATCH --time=10
set -eu
if [ -z "${ATELIER_MOUNT_ROOT:-}" ]; then
    echo "read-shards: there are no volumes; submit the job with --workspace=NAME" >&2
    exit 1
fi
cd "$ATELIER_MOUNT_ROOT/home/$(id -un)/examples/mpi"
# A Slurm without PMIx has PMI-2, which MPICH knows, and Open MPI, from 5 on, does not.
if srun --mpi=list 2>&1 | grep -q pmix; then
    exec srun --mpi=pmix --kill-on-bad-exit=1 ./read_shards
elif mpirun --version 2>&1 | grep -q 'Open MPI'; then
    exec mpirun ./read_shards
fi
exec srun --mpi=pmi2 --kill-on-bad-exit=1 ./read_shards
