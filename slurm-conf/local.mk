# Examples that a site copies; installed beside job_submit.lua (see lua/local.mk).
dist_slurmdata_DATA = \
	slurm-conf/plugstack.conf \
	slurm-conf/policy.lua \
	slurm-conf/slurm.conf.atelier \
	# End of dist_slurmdata_DATA
