cli_tests = \
	tests/cli/policy-check.bats \
	# End of cli_tests
tap_files += $(cli_tests)
EXTRA_DIST += $(cli_tests) \
	tests/cli/cli.bash \
	tests/cli/stand-in
