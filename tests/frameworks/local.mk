EXTRA_DIST += \
	tests/frameworks/digits.py \
	tests/frameworks/frameworks.bash \
	tests/frameworks/train_mpi4py.py \
	tests/frameworks/train_pytorch.py \
	# End of EXTRA_DIST

check_PROGRAMS += tests/frameworks/train_mpi
tests_frameworks_train_mpi_SOURCES = tests/frameworks/train_mpi.c
tests_frameworks_train_mpi_CFLAGS = $(AM_CFLAGS) $(MPI_CFLAGS)
tests_frameworks_train_mpi_LDADD = $(MPI_LIBS) -lm

root_files += \
	tests/frameworks/0101-pytorch.bats \
	tests/frameworks/0102-mpi.bats \
	# End of root_files
