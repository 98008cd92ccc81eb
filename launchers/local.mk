dist_launchers_DATA += \
	launchers/accelerate.lua \
	launchers/caffe.lua \
	launchers/caffe2.lua \
	launchers/chainer.lua \
	launchers/cntk.lua \
	launchers/custom.lua \
	launchers/deepspeed.lua \
	launchers/horovod.lua \
	launchers/jax.lua \
	launchers/keras.lua \
	launchers/mpi.lua \
	launchers/pytorch.lua \
	launchers/tensorflow.lua \
	# End of dist_launchers_DATA

launcherssupportdir = $(launchersdir)/support
dist_launcherssupport_DATA = \
	launchers/support/defaults.lua \
	launchers/support/gpu.lua \
	launchers/support/layout.lua \
	launchers/support/number.lua \
	launchers/support/own.lua \
	launchers/support/port.lua \
	launchers/support/rendezvous.lua \
	launchers/support/settings.lua \
	# End of dist_launcherssupport_DATA

EXTRA_DIST += launchers/README.md
