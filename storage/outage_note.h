/* outage_note.h: what the keepers of a node tell each other of a silent file server.
 *
 * By these notes the node's log has one line of an outage, however many jobs wait.
 *
 *     RUN/NODE/JOB/servers      the job's file servers, "store=3,home": three calls wait
 *                               for `store`
 *     RUN/NODE/silent.SERVER    since when, in seconds; made by the keeper that writes
 *                               the line, removed by the one that writes that it is over
 *
 * Both are symbolic links that nothing follows: they are made at once and whole. A note
 * that cannot be made or read costs a word of a line, never a job.
 */
#ifndef ATELIER_OUTAGE_NOTE_H
#define ATELIER_OUTAGE_NOTE_H

#include "storage/run_directory.h"

#include <stddef.h>
#include <time.h>

/* Replaces the job's note by `text`, of the form above. */
void outage_note_servers(const struct run_directory *directory, const char *text);

/* Returns 0 for the first keeper that asks, else -1. */
int outage_note_claim(const struct run_directory *directory, const char *server,
                      time_t since);

/* Returns 0 with `*since` for the first keeper that asks after a claim, else -1. */
int outage_note_release(const struct run_directory *directory, const char *server,
                        time_t *since);

/* Writes the jobs of this node that have volumes of the server to `jobs`, "7,9", as many
 * as fit, and adds up their calls that wait. */
void outage_note_gather(const struct run_directory *directory, const char *server,
                        char *jobs, size_t size, unsigned long *calls);

/* Removes what is left of silent.SERVER in the node's directory `path` when no job has a
 * directory there any more. */
void outage_note_clear(const char *path);

#endif
