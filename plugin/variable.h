/* variable.h: a variable of the task's environment, whatever its length.
 *
 * Linux takes no variable of more than 128 KiB into a new program, and TF_CONFIG of some
 * thousand nodes is longer. Such a text goes into a file without a name, which is gone
 * with the last process that has it open, and NAME_FILE says where to read it:
 *
 *     os.environ["TF_CONFIG"] = open(os.environ["TF_CONFIG_FILE"]).read()
 *
 * Rejected: a file in a directory (who removes it, and on which disk), and to refuse such
 * jobs. The path is of the process that reads it, /proc/self/fd/N: it holds in the task
 * and in what it starts, as long as descriptors are handed on.
 */
#ifndef ATELIER_VARIABLE_H
#define ATELIER_VARIABLE_H

#include "error.h"
#include "job.h"

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

/* Sets `name` to a path at which `text` can be read. */
int variable_set_file(struct spank_handle *spank, const char *name, const char *text,
                      struct error *error);

/* Reads a decimal variable; 0 when it is not set and `needed` is false. Returns 0, or -1
 * with `error` filled. */
int variable_read_number(struct spank_handle *spank, const char *name, bool needed,
                         unsigned *number, struct error *error);

#endif
