/* variable.h: a variable of the task's environment, whatever its length.
 *
 * Linux takes no variable of more than 128 KiB into a new program, and TF_CONFIG of some
 * thousand nodes is longer. Such a text goes into a file of the job's directory on the
 * node, which is gone with the job, and NAME_FILE says where to read it:
 *
 *     os.environ["TF_CONFIG"] = open(os.environ["TF_CONFIG_FILE"]).read()
 *
 * Rejected: a file without a name, /proc/self/fd/N, that programs lose which close what
 * they did not open; and to refuse such jobs.
 */
#ifndef ATELIER_VARIABLE_H
#define ATELIER_VARIABLE_H

#include "lib/error.h"
#include "plugin/spank_job.h"

/* Whether Linux takes it into a new program. */
bool variable_fits(const char *name, const char *value);

/* Sets `name`, or where it is too long NAME_FILE, in which case `name` is unset; with
 * `overwrite` false only when `name` is not set yet. Returns 0, or -1 with `error`
 * filled. */
int variable_set(struct spank_handle *spank, const char *name, const char *value,
                 bool overwrite, struct error *error);

/* As variable_set with overwriting; NULL and "" unset it. */
int variable_set_or_unset(struct spank_handle *spank, const char *name, const char *value,
                          struct error *error);

/* Sets `name` to the path of a file with `text`: ATELIER_JOB_TEMP/.FILE. As the user.
 * Returns 0, or -1 with `error` filled and nothing changed. */
int variable_set_file(struct spank_handle *spank, const char *name, const char *file,
                      const char *text, struct error *error);

/* Reads a decimal variable; 0 when it is not set and `needed` is false. Returns 0, or -1
 * with `error` filled. */
int variable_read_number(struct spank_handle *spank, const char *name, bool needed,
                         unsigned *number, struct error *error);

#endif
