/* mpi_library.c: finds in a program the name of its MPI's library. */
#include "lib/slurm/mpi_library.h"

#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* An executable has the names of its libraries between zeros. Open MPI's has had its
 * number since 2.0, of the year 2016; MPICH's is that of all that keep to its ABI, and
 * Debian has it under another name. Rejected: ldd, which runs what it looks at. */
static const struct library {
    const char *name; /* behind its first zero */
    enum mpi_maker maker;
} libraries[] = {
    {"\0libmpi.so.20", MPI_MAKER_OPEN_MPI},
    {"\0libmpi.so.40", MPI_MAKER_OPEN_MPI},
    {"\0libmpich.so.12", MPI_MAKER_MPICH},
    {"\0libmpi.so.12", MPI_MAKER_MPICH},
};

static enum mpi_maker find_maker(const char *text, size_t size)
{
    if (size < SELFMAG || memcmp(text, ELFMAG, SELFMAG) != 0)
        return MPI_MAKER_UNKNOWN;
    for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++) {
        const char *name = libraries[i].name;

        if (memmem(text, size, name, 1 + strlen(name + 1) + 1))
            return libraries[i].maker;
    }
    return MPI_MAKER_UNKNOWN;
}

enum mpi_maker mpi_library_maker(const char *path)
{
    enum mpi_maker maker = MPI_MAKER_UNKNOWN;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    char *text;

    if (file < 0)
        return MPI_MAKER_UNKNOWN;
    if (fstat(file, &status) == 0 && status.st_size > 0) {
        size_t size = (size_t)status.st_size;

        text = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
        if (text != MAP_FAILED) {
            maker = find_maker(text, size);
            munmap(text, size);
        }
    }
    close(file);
    return maker;
}
