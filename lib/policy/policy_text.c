/* policy_text.c: reads the policy file and those that it includes. */
#include "lib/policy/policy_text.h"

#include "lib/trusted_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct policy_file *read_file(struct policy_text *policy, const char *path,
                                           struct error *error)
{
    struct policy_file *file = &policy->files[policy->count];

    if (policy->count == POLICY_FILES_MAX) {
        error_set(error, ERROR_SITE, "%s is one file too many: a policy has %d at most",
                  path, POLICY_FILES_MAX);
        return NULL;
    }
    file->text = trusted_file_read(path, &file->length, error);
    if (!file->text) {
        policy->exposed = policy->exposed || trusted_file_is_exposed(path);
        return NULL;
    }
    snprintf(file->name, sizeof(file->name), "%s", strrchr(path, '/') + 1);
    policy->count++;
    return file;
}

int policy_text_read(struct policy_text *policy, const char *path, struct error *error)
{
    return read_file(policy, path, error) ? 0 : -1;
}

const struct policy_file *policy_text_include(struct policy_text *policy,
                                              const char *path, const char *name,
                                              struct error *error)
{
    int directory = (int)(strrchr(path, '/') + 1 - path);
    char included[SETTINGS_PATH_SIZE + NAME_LENGTH_MAX];

    if (!name_is_valid(name)) {
        error_set(error, ERROR_SITE, "not the name of a file");
        return NULL;
    }
    snprintf(included, sizeof(included), "%.*s%s", directory, path, name);
    return read_file(policy, included, error);
}

void policy_text_release(struct policy_text *policy)
{
    for (size_t i = 0; i < policy->count; i++)
        free(policy->files[i].text);
    policy->count = 0;
}
