EXTRA_DIST += \
	tests/frameworks/digits.py \
	tests/frameworks/frameworks.bash \
	tests/frameworks/install \
	tests/frameworks/packages \
	tests/frameworks/requirements/accelerate.txt \
	tests/frameworks/requirements/caffe.txt \
	tests/frameworks/requirements/caffe2.txt \
	tests/frameworks/requirements/chainer.txt \
	tests/frameworks/requirements/cntk.txt \
	tests/frameworks/requirements/deepspeed.txt \
	tests/frameworks/requirements/horovod.txt \
	tests/frameworks/requirements/jax.txt \
	tests/frameworks/requirements/tensorflow.txt \
	tests/frameworks/train_accelerate.py \
	tests/frameworks/train_caffe.py \
	tests/frameworks/train_caffe2.py \
	tests/frameworks/train_chainer.py \
	tests/frameworks/train_cntk.py \
	tests/frameworks/train_deepspeed.py \
	tests/frameworks/train_horovod.py \
	tests/frameworks/train_jax.py \
	tests/frameworks/train_keras.py \
	tests/frameworks/train_mpi4py.py \
	tests/frameworks/train_parameter_servers.py \
	tests/frameworks/train_pytorch.py \
	tests/frameworks/train_tensorflow.py \
	# End of EXTRA_DIST

check_PROGRAMS += tests/frameworks/train_mpi
tests_frameworks_train_mpi_SOURCES = tests/frameworks/train_mpi.c
tests_frameworks_train_mpi_CFLAGS = $(AM_CFLAGS) $(MPI_CFLAGS)
tests_frameworks_train_mpi_LDADD = $(MPI_LIBS) -lm

root_files += \
	tests/frameworks/0101-pytorch.bats \
	tests/frameworks/0102-mpi.bats \
	# End of root_files

# Run when they are asked for: ./check installs these from PyPI first, by the name that the
# file has after its number (tests/frameworks/install).
demand_files += \
	tests/frameworks/0201-tensorflow.bats \
	tests/frameworks/0202-jax.bats \
	tests/frameworks/0203-horovod.bats \
	tests/frameworks/0204-chainer.bats \
	tests/frameworks/0205-accelerate.bats \
	tests/frameworks/0206-deepspeed.bats \
	tests/frameworks/0207-caffe2.bats \
	tests/frameworks/0208-cntk.bats \
	tests/frameworks/0209-caffe.bats \
	# End of demand_files
