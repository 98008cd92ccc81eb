root_files += \
	tests/package/0101-build.bats \
	tests/package/0201-page.bats \
	tests/package/0202-doctor.bats \
	tests/package/0301-upgrade.bats \
	tests/package/0401-rpm.bats \
	# End of root_files
demand_files += \
	tests/package/0102-twice.bats \
	tests/package/0302-older.bats \
	# End of demand_files
EXTRA_DIST += \
	tests/package/package.bash \
	tests/package/upgrade.bash \
	# End of package's files
