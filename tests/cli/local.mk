cli_tests = \
	tests/cli/manual.bats \
	tests/cli/policy-apply.bats \
	tests/cli/policy-check.bats \
	tests/cli/policy-explain.bats \
	tests/cli/policy-show.bats \
	tests/cli/policy-test.bats \
	# End of cli_tests
tap_files += $(cli_tests)
EXTRA_DIST += $(cli_tests) \
	tests/cli/cli.bash \
	tests/cli/stand-in \
	tests/cli/team.lua
