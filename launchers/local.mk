dist_launchers_DATA += \
	launchers/mpi.lua \
	launchers/pytorch.lua \
	# End of dist_launchers_DATA

launcherssupportdir = $(launchersdir)/support
dist_launcherssupport_DATA = \
	launchers/support/layout.lua \
	launchers/support/port.lua \
	launchers/support/threads.lua \
	# End of dist_launcherssupport_DATA

EXTRA_DIST += launchers/README.md
