/* policy_text.h: the policy file and those it includes, as read for one decision. */
#ifndef ATELIER_POLICY_TEXT_H
#define ATELIER_POLICY_TEXT_H

#include "lib/agreed.h"
#include "lib/error.h"
#include "lib/name.h"
#include "lib/settings.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define POLICY_TEXT_PATH_SIZE (PATH_MAX + NAME_MAX) /* bytes, with the terminating NUL */

struct policy_file {
    char name[SETTINGS_PATH_SIZE]; /* the file's name in the policy's directory */
    char *text;
    size_t length;
};

struct policy_text {
    bool is_draft; /* it decides nothing: anybody may have written its files */
    char path[PATH_MAX];
    struct policy_file files[POLICY_FILES_MAX]; /* the policy itself is the first */
    size_t count;
    bool exposed; /* somebody but root can change one of them */
};

/* Reads the policy at `path` into `policy`, which is empty but for `is_draft`: through
 * trusted_file_read, or a draft through plain_file_read. Returns 0; or -1 with `error`
 * filled. `policy` is to be released in both cases. */
int policy_text_read(struct policy_text *policy, const char *path, struct error *error);

/* Reads a file that the policy includes, by its `name` in the same directory. Returns it,
 * owned by `policy`; or NULL with `error` filled. */
const struct policy_file *policy_text_include(struct policy_text *policy,
                                              const char *name, struct error *error);

/* Writes the path of the policy's file `name`. */
void policy_text_path(const struct policy_text *policy, const char *name,
                      char path[POLICY_TEXT_PATH_SIZE]);

void policy_text_release(struct policy_text *policy);

#endif
