# slurm-conf
