tap_files += \
	tests/cli/command-host.bats \
	tests/cli/doctor.bats \
	tests/cli/doctor-plugin.bats \
	tests/cli/framework.bats \
	tests/cli/manual.bats \
	tests/cli/policy-apply.bats \
	tests/cli/policy-check.bats \
	tests/cli/policy-explain.bats \
	tests/cli/policy-show.bats \
	tests/cli/policy-test.bats \
	tests/cli/run.bats \
	tests/cli/run-nodes.bats \
	tests/cli/run-releases.bats \
	tests/cli/run-strangers.bats \
	tests/cli/site-setup.bats \
	tests/cli/volume-test.bats \
	# End of tap_files
EXTRA_DIST += \
	tests/cli/cli.bash \
	tests/cli/run.bash \
	tests/cli/forms \
	tests/cli/srun-stand-in \
	tests/cli/stand-in \
	tests/cli/foreign-rank \
	tests/cli/stranger \
	tests/cli/all-kinds.lua \
	tests/cli/team.lua
