# Examples that a site copies: installed beside job_submit.lua (slurmdatadir, lua/local.mk).
dist_slurmdata_DATA = \
	slurm-conf/policy.lua
