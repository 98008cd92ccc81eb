/* file_edit.h: a site's files that a command changes, read and replaced whole. */
#ifndef ATELIER_FILE_EDIT_H
#define ATELIER_FILE_EDIT_H

#include "cli/command_question.h"
#include "lib/error.h"

#include <jansson.h>

/* The answer to the question "texts" of command_source.h. */
json_t *file_edit_texts(const struct command_context *context, const json_t *question,
                        struct error *error);

/* Makes a change { path, was, text }: the file, which has the text `was` (none: it is not
 * there), gets `text` (none: it goes). Owner, mode and extended attributes stay, a link
 * is followed, and who reads the file meanwhile finds the old text or the new one, whole.
 * Returns 0; or -1 with `error` filled and nothing changed, also where the file has
 * another text by now. */
int file_edit_make(const json_t *change, struct error *error);

/* What a new file gets before its text, in the place of the one at `path`. Returns 0, or
 * -1 with errno. */
typedef int file_edit_dress(int fd, const char *path);

/* Another file takes the place of the one at `path`, which is shorter than PATH_MAX, when
 * it is whole; `dressed` may be NULL: then only its owner reads it. Returns 0, or -1 with
 * `error`. */
int file_edit_replace(const char *path, const char *text, file_edit_dress *dressed,
                      struct error *error);

#endif
