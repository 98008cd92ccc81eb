/* hooks.c: the life of a job, as Slurm calls it. */
