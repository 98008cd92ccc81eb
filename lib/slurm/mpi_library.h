/* mpi_library.h: whose MPI a program was linked with.
 */
#ifndef ATELIER_MPI_LIBRARY_H
#define ATELIER_MPI_LIBRARY_H

enum mpi_maker { MPI_MAKER_UNKNOWN, MPI_MAKER_OPEN_MPI, MPI_MAKER_MPICH };

/* Returns whose MPI the program in the file `path` names; unknown for a script, or where
 * it cannot be read. Nothing of it is run. */
enum mpi_maker mpi_library_maker(const char *path);

#endif
