#!/bin/sh
# Trains on handwritten digits, one process on each node:
#
#     sbatch --workspace=vision --experiment=digits --framework=pytorch -N3 \
#         -o /mnt/atelier/results/%j.out --chdir=/mnt/atelier/results train.sh
#
# The volume `home` holds a copy of the examples in $USER/examples, the volume `datasets`
# what make_dataset.py writes in digits/; the volume `results` gets digits-JOB/.
#SBATCH --job-name=digits
#SBATCH --ntasks-per-node=1
#SBATCH --time=10
set -eu
if [ -z "${ATELIER_MOUNT_ROOT:-}" ]; then
    echo "digits: there are no volumes; submit the job with --workspace=NAME" >&2
    exit 1
fi
cd "$ATELIER_MOUNT_ROOT/home/$(id -un)/examples/digits"
# A rank that fails ends the others too: they would wait for it. The job fails, too, when the file
# server has not taken what they wrote.
exec atelier run -- "${PYTHON:-/usr/bin/python3}" train.py
