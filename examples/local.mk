# What a user starts from; a copy in the home volume is what the jobs run.
noinst_PROGRAMS += examples/mpi/make_shards examples/mpi/read_shards

examples_mpi_make_shards_SOURCES = \
	examples/mpi/make_shards.c \
	examples/mpi/shards.c \
	examples/mpi/shards.h \
	# End of examples_mpi_make_shards_SOURCES
examples_mpi_make_shards_LDADD =

examples_mpi_read_shards_SOURCES = \
	examples/mpi/read_shards.c \
	examples/mpi/shards.c \
	examples/mpi/shards.h \
	# End of examples_mpi_read_shards_SOURCES
examples_mpi_read_shards_CFLAGS = $(AM_CFLAGS) $(MPI_CFLAGS)
examples_mpi_read_shards_LDADD = $(MPI_LIBS)

# Installed as they are, beside README.md.
nobase_dist_doc_DATA = \
	examples/digits/dataset.py \
	examples/digits/make_dataset.py \
	examples/digits/train.py \
	examples/digits/train.sh \
	examples/mpi/make_shards.c \
	examples/mpi/mpirun.sh \
	examples/mpi/read_shards.c \
	examples/mpi/shards.c \
	examples/mpi/shards.h \
	examples/mpi/srun.sh \
	# End of nobase_dist_doc_DATA
