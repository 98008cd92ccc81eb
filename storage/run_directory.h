/* run_directory.h: RUN/NODE/JOB, where the keeper of a job listens.
 *
 * Made by start, removed by stop or by the keeper as it ends, whoever comes first. Only
 * the socket's name is ever unlinked and only empty directories are removed: nothing
 * below them, nothing else in them.
 */
#ifndef ATELIER_RUN_DIRECTORY_H
#define ATELIER_RUN_DIRECTORY_H

#include "error.h"
#include "settings.h"

#include <stdbool.h>

#define RUN_DIRECTORY_PATH_SIZE 512 /* bytes, with the terminating NUL */

struct run_directory {
    char run[SETTINGS_PATH_SIZE];
    char node_path[RUN_DIRECTORY_PATH_SIZE];
    char path[RUN_DIRECTORY_PATH_SIZE];
    char node[65], job[16]; /* the last two components */
    int fd;                 /* O_PATH; -1 when not open */
};

/* Names the directory and touches nothing. Returns 0, or -1 with `error` filled when
 * `node` is no name. */
int run_directory_name(struct run_directory *directory, const char *run, const char *node,
                       unsigned job, struct error *error);

/* Opens it; with `create`, makes what is missing, mode 0700. Returns 0; or -1 with
 * `error` filled and errno set: ENOENT means that there is none. */
int run_directory_open(struct run_directory *directory, bool create, struct error *error);

/* Listens at, or connects to, its KEEPER_SOCKET. Return as message_listen and
 * message_connect do. The directory must be open. */
int run_directory_listen(const struct run_directory *directory);
int run_directory_connect(const struct run_directory *directory);

/* Removes the socket and, where empty, the directory and those above it up to RUN. What
 * is not there is no failure. Closes the directory. */
void run_directory_remove(struct run_directory *directory);

void run_directory_close(struct run_directory *directory);

#endif
