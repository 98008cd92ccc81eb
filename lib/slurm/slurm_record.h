/* slurm_record.h: what Slurm answered to a command, kept for a report of a fault or for a
 * test (--record), and given again in its place (--replay).
 *
 * A recording is a directory with one file for each question, in JSON: the question, and
 * the answer or the sentence that said why there was none. It holds no environment; what
 * Slurm shows of passwords and keys is left out.
 */
#ifndef ATELIER_SLURM_RECORD_H
#define ATELIER_SLURM_RECORD_H

#include "lib/error.h"

#include <jansson.h>
#include <stdbool.h>

struct slurm_record;

/* Begins a recording in `directory`, which is made unless it is there and must hold none
 * yet. Returns NULL with `error` filled when that cannot be. */
struct slurm_record *slurm_record_begin(const char *directory, struct error *error);

/* Reads a recording. Returns NULL with `error` filled. */
struct slurm_record *slurm_record_read(const char *directory, struct error *error);

void slurm_record_destroy(struct slurm_record *record);

/* Whether questions are to be answered from it; false for NULL. */
bool slurm_record_is_replay(const struct slurm_record *record);

/* Keeps `answer`, or in its place `fault`, one of them NULL; nothing where `record` is
 * NULL or a replay. Returns 0, or -1 with `error` filled. */
int slurm_record_keep(struct slurm_record *record, const json_t *question,
                      const json_t *answer, const struct error *fault,
                      struct error *error);

/* The kept answer, which the caller owns; NULL with `error` filled, with what was said
 * for the failure, or that the question was not asked when it was recorded. */
json_t *slurm_record_find(const struct slurm_record *record, const json_t *question,
                          struct error *error);

#endif
