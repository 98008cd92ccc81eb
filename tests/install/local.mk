tap_files += \
	tests/install/0101-configure.bats \
	# End of tap_files
