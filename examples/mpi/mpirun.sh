#!/bin/sh
# Reads a data set with all ranks, started by one mpirun:
#
#     sbatch --workspace=vision --framework=mpi -N2 -n4 mpirun.sh
#
# Open MPI takes nodes and slots from the job and starts one daemon on each node by srun:
# neither a host file nor ssh. The rest is as in srun.sh.
#SBATCH --job-name=read-shards
#SBATCH --time=10
set -eu
if [ -z "${ATELIER_MOUNT_ROOT:-}" ]; then
    echo "read-shards: there are no volumes; submit the job with --workspace=NAME" >&2
    exit 1
fi
cd "$ATELIER_MOUNT_ROOT/home/$(id -un)/examples/mpi"
exec mpirun ./read_shards
