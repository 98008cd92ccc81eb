# tests/launchers
tap_files += \
	tests/launchers/digits.bats \
	tests/launchers/frameworks.lua \
	tests/launchers/layout.lua \
	tests/launchers/meeting.lua \
	tests/launchers/mpi.lua \
	tests/launchers/port.lua \
	tests/launchers/own.lua \
	tests/launchers/pytorch.lua \
	tests/launchers/settings.lua \
	tests/launchers/shards.bats \
	tests/launchers/tensorflow.lua \
	# End of tap_files

EXTRA_DIST += \
	tests/launchers/case.lua \
	tests/launchers/model.lua \
	# End of EXTRA_DIST
