tap_files += \
	tests/install/0101-configure.bats \
	# End of tap_files

root_files += \
	tests/install/0102-setup.bats \
	# End of root_files
