EXTRA_DIST += tests/cluster/cluster.bash tests/cluster/compare-random-jobs tests/cluster/random-jobs tests/cluster/unlike/gres.conf tests/cluster/unlike/nodes.conf
root_files += \
	tests/cluster/0101-sandbox.bats \
	tests/cluster/0201-job.bats \
	tests/cluster/0202-mpi.bats \
	tests/cluster/0203-launch.bats \
	tests/cluster/0204-frameworks.bats \
	tests/cluster/0301-bad-input.bats \
	tests/cluster/0302-policy-file.bats \
	tests/cluster/0401-faults.bats \
	tests/cluster/0501-slurmctld.bats \
	tests/cluster/0601-policy-command.bats \
	tests/cluster/0701-mounts.bats \
	tests/cluster/0801-requeue.bats \
	tests/cluster/0802-killed.bats \
	tests/cluster/0803-volume-test.bats \
	tests/cluster/0804-strangers.bats \
	tests/cluster/0805-restarts.bats \
	tests/cluster/0806-forged-entries.bats \
	tests/cluster/0901-run.bats \
	tests/cluster/0902-job-directories.bats \
	tests/cluster/0903-compat.bats \
	tests/cluster/0904-input-output.bats \
	tests/cluster/0905-launch-check.bats \
	tests/cluster/0906-doctor.bats \
	tests/cluster/1201-people.bats \
	tests/cluster/1202-functions.bats \
	tests/cluster/1203-workspace-keys.bats \
	tests/cluster/1204-file-server-keys.bats \
	tests/cluster/1205-volume-keys.bats \
	tests/cluster/1301-explain.bats \
	tests/cluster/1401-endings.bats \
	tests/cluster/1101-configuration.bats \
	tests/cluster/1501-step-files.bats \
	tests/cluster/1701-unlike-nodes.bats \
	tests/cluster/1502-inside-of-jobs.bats \
	tests/cluster/1503-refusals.bats \
	# End of root_files
