# tests/launchers
tap_files += \
	tests/launchers/digits.bats \
	tests/launchers/layout.lua \
	tests/launchers/mpi.lua \
	tests/launchers/port.lua \
	tests/launchers/pytorch.lua \
	tests/launchers/shards.bats \
	# End of tap_files

EXTRA_DIST += tests/launchers/model.lua
