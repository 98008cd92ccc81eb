/* policy_text.h: the policy file and those it includes, as read for one decision. */
#ifndef ATELIER_POLICY_TEXT_H
#define ATELIER_POLICY_TEXT_H

#include "lib/agreed.h"
#include "lib/error.h"
#include "lib/name.h"
#include "lib/settings.h"

#include <stdbool.h>
#include <stddef.h>

struct policy_file {
    char name[SETTINGS_PATH_SIZE]; /* the file's name in the policy's directory */
    char *text;
    size_t length;
};

struct policy_text {
    struct policy_file files[POLICY_FILES_MAX]; /* the policy itself is the first */
    size_t count;
    bool exposed; /* somebody but root can change one of them */
};

/* Reads the policy at `path` into the empty `policy`, through trusted_file_read. Returns
 * 0; or -1 with `error` filled. `policy` is to be released in both cases. */
int policy_text_read(struct policy_text *policy, const char *path, struct error *error);

/* Reads a file that the policy at `path` includes, by its `name` in the same directory.
 * Returns it, owned by `policy`; or NULL with `error` filled. */
const struct policy_file *policy_text_include(struct policy_text *policy,
                                              const char *path, const char *name,
                                              struct error *error);

void policy_text_release(struct policy_text *policy);

#endif
