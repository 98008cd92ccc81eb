# tests/launchers
tap_files += \
	tests/launchers/layout.lua \
	tests/launchers/mpi.lua \
	tests/launchers/port.lua \
	tests/launchers/pytorch.lua \
	# End of tap_files

EXTRA_DIST += \
	tests/launchers/layout.lua \
	tests/launchers/model.lua \
	tests/launchers/mpi.lua \
	tests/launchers/port.lua \
	tests/launchers/pytorch.lua \
	tests/lua/tap.lua \
	# End of EXTRA_DIST
