/* file_fault.h: why a file that Slurm opens for a step cannot be opened.
 *
 * Slurm's own reason is in slurmd's log alone: its file for messages is the very one that
 * is not there.
 */
#ifndef ATELIER_FILE_FAULT_H
#define ATELIER_FILE_FAULT_H

#include "lib/error.h"
#include "lib/fault.h"

#include <limits.h>
#include <stdbool.h>

/* In the order in which Slurm opens them. */
enum file_kind { FILE_INPUT, FILE_OUTPUT, FILE_ERROR, FILE_DIRECTORY, FILE_KINDS };

/* The option that names such a file, "--output". */
const char *file_fault_option(enum file_kind kind);

/* Writes `name`, which is relative to `directory` or absolute, to `path` as a whole.
 * Returns false for one that is too long. */
bool file_fault_path(char path[PATH_MAX], const char *directory, const char *name);

/* Opens `path` as Slurm does, which makes a file that is written, and closes it again;
 * nothing waits for the other end of a pipe. Returns 0; or -1 with `error` filled
 * (ERROR_USER): it says `where` ("on node n1"), what is missing or forbidden, and the
 * nearest directory that exists. As the calling user; it may wait for a file server. */
int file_fault_find(enum file_kind kind, const char *path, const char *where,
                    struct error *error);

/* Whether the directory is there in which the file would be; of a relative path it is. As
 * the calling user, and with errno set where it is not. */
bool file_fault_has_directory(enum file_kind kind, const char *path);

/* As file_fault_find, of that directory alone: there is none, and Slurm makes none. */
int file_fault_of_directory(enum file_kind kind, const char *path, const char *where,
                            struct error *error);

/* Writes what everybody may read of such a fault: the user's own path, and not what is in
 * the nearest directory, or whose that is. Returns `notice`. */
const char *file_fault_notice(char notice[FAULT_NOTICE_SIZE], const struct error *fault);

/* Whether the nearest directory to `path` that exists is on another file system than the
 * machine's own, such as a volume, where a name that is missing is missing for all
 * machines. As the calling user. */
bool file_fault_is_on_volume(const char *path);

#endif
