# Examples that a site copies; installed beside job_submit.lua (see lua/local.mk).
dist_slurmdata_DATA = \
	slurm-conf/plugstack.conf \
	slurm-conf/policy.lua \
	slurm-conf/slurm.conf.atelier \
	# End of dist_slurmdata_DATA

exampledir = $(slurmdatadir)/examples
dist_example_DATA = \
	slurm-conf/examples/centre-cases.lua \
	slurm-conf/examples/centre.lua \
	slurm-conf/examples/group-cases.lua \
	slurm-conf/examples/group.lua \
	slurm-conf/examples/university-cases.lua \
	slurm-conf/examples/university.lua \
	# End of dist_example_DATA
