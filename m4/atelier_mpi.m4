# ATELIER_MPI: MPI's compiler and linker flags, for examples/mpi.
AC_DEFUN([ATELIER_MPI],
  [PKG_CHECK_MODULES([MPI], [ompi-c], [],
     [PKG_CHECK_MODULES([MPI], [mpi-c], [],
       [PKG_CHECK_MODULES([MPI], [mpich], [],
         [ATELIER_MISSING([an MPI library], [libopenmpi-dev])])])])])
