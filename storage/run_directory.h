/* run_directory.h: RUN/NODE/JOB, where the keeper of a job listens.
 *
 * The start command makes it. The stop command or the keeper removes it, whichever comes
 * first; when both were killed, the next start on the node does, of whatever job
 * (stale_jobs.h). Only sockets and notes of known names are ever unlinked, and only empty
 * directories are removed: nothing below them, nothing else in them, and nothing below a
 * mount point.
 *
 * Whoever lives in the directory holds it by a shared flock(2), which the kernel releases
 * when the last holder dies: the start command until the keeper answers, and the keeper
 * until its end. A directory that can be locked exclusively is nobody's.
 */
#ifndef ATELIER_RUN_DIRECTORY_H
#define ATELIER_RUN_DIRECTORY_H

#include "lib/error.h"
#include "lib/settings.h"

#include <stdbool.h>

#define RUN_DIRECTORY_SERVERS "servers" /* a note of outage_note.h */
#define RUN_DIRECTORY_CLIENT "client"   /* a note of client_id.h */
#define RUN_DIRECTORY_PATH_SIZE 512     /* bytes, with the terminating NUL */

struct run_directory {
    char run[SETTINGS_PATH_SIZE];
    char node_path[RUN_DIRECTORY_PATH_SIZE];
    char path[RUN_DIRECTORY_PATH_SIZE];
    char node[65], job[16]; /* the last two components */
    int fd; /* -1 when not open; whoever holds the directory has its lock */
};

/* Names the directory and touches nothing. Returns 0, or -1 with `error` filled when
 * `node` is no name. */
int run_directory_name(struct run_directory *directory, const char *run, const char *node,
                       unsigned job, struct error *error);

/* Opens the directory. Returns 0; or -1 with `error` filled and errno set: ENOENT means
 * that there is none, EXDEV that it or the one above is a mount point. */
int run_directory_open(struct run_directory *directory, struct error *error);

/* Makes the directories that are missing, mode 0700, and opens and holds the last.
 * Returns as run_directory_open. */
int run_directory_create(struct run_directory *directory, struct error *error);

/* Opens RUN/NODE, to be listed. Returns the descriptor; or -1 where there is none, or
 * where something is mounted. */
int run_directory_open_node(const char *run, const char *node);

/* Returns whether the entry `name` of RUN/NODE is called as a job's directory is. */
bool run_directory_is_job(const char *name);

/* Reads the note `name` of a job below the descriptor `node`. Returns whether there is
 * one, with its text in `text` of `size` bytes. */
bool run_directory_read_note(int node, const char *job, const char *name, char *text,
                             size_t size);

/* Removes RUN/NODE and RUN where they are empty. */
void run_directory_remove_node(const char *run, const char *node);

/* Holds the open directory. Returns 0; or -1 with `error` filled when somebody is
 * removing it. */
int run_directory_hold(struct run_directory *directory, struct error *error);

/* Returns whether `child` is on the same mount as the open directory `parent`; both are
 * descriptors. */
bool run_directory_same_mount(int parent, int child);

/* Listen at, or connect to, the directory's KEEPER_SOCKET. The directory must be open.
 * Return as message_listen and message_connect do. */
int run_directory_listen(const struct run_directory *directory);
int run_directory_connect(const struct run_directory *directory);

/* Notes where the job's temporary directory is, for whoever clears up after a keeper that
 * was killed. Returns 0, or -1 with errno set. */
int run_directory_note_temp(const struct run_directory *directory, const char *path);

/* Notes that this keeper is to delete what the job's nodes share (KEEPER_SHARED). Returns
 * 0 or -1. */
int run_directory_note_shared(const struct run_directory *directory);

/* Reads the note of run_directory_note_temp from the open directory `fd` into `path` of
 * PLAN_PATH_SIZE bytes, and removes it. Returns 0, or -1 when there is none, as after an
 * orderly end. */
int run_directory_take_temp(int fd, char *path);

/* Removes the socket and the notes in the open directory `fd`. */
void run_directory_empty(int fd);

/* Removes the socket, the notes and, where empty, the directory and those above it up to
 * RUN. Closes the directory. What is not there is no failure. */
void run_directory_remove(struct run_directory *directory);

void run_directory_close(struct run_directory *directory);

#endif
