/* policy_text.c: reads the policy file and those that it includes. */
#include "lib/policy/policy_text.h"

#include "lib/trusted_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The length of the path's directory, with its slash; 0 where it has none. */
static size_t directory_length(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? (size_t)(slash + 1 - path) : 0;
}

static const struct policy_file *read_file(struct policy_text *policy, const char *path,
                                           struct error *error)
{
    struct policy_file *file = &policy->files[policy->count];

    if (policy->count == POLICY_FILES_MAX) {
        error_set(error, ERROR_SITE, "%s is one file too many: a policy has %d at most",
                  path, POLICY_FILES_MAX);
        return NULL;
    }
    file->text = policy->is_draft ? plain_file_read(path, &file->length, error)
                                  : trusted_file_read(path, &file->length, error);
    if (!file->text) {
        policy->exposed =
            policy->exposed || (!policy->is_draft && trusted_file_is_exposed(path));
        return NULL;
    }
    snprintf(file->name, sizeof(file->name), "%s", path + directory_length(path));
    policy->count++;
    return file;
}

int policy_text_read(struct policy_text *policy, const char *path, struct error *error)
{
    if (strlen(path) >= sizeof(policy->path))
        return error_set(error, ERROR_USER, "the path `%.80s...` is too long", path);
    strcpy(policy->path, path);
    return read_file(policy, path, error) ? 0 : -1;
}

void policy_text_path(const struct policy_text *policy, const char *name,
                      char path[POLICY_TEXT_PATH_SIZE])
{
    snprintf(path, POLICY_TEXT_PATH_SIZE, "%.*s%s", (int)directory_length(policy->path),
             policy->path, name);
}

const struct policy_file *policy_text_include(struct policy_text *policy,
                                              const char *name, struct error *error)
{
    char included[POLICY_TEXT_PATH_SIZE];

    if (!name_is_valid(name)) {
        error_set(error, ERROR_SITE, "not the name of a file");
        return NULL;
    }
    policy_text_path(policy, name, included);
    return read_file(policy, included, error);
}

void policy_text_release(struct policy_text *policy)
{
    for (size_t i = 0; i < policy->count; i++)
        free(policy->files[i].text);
    policy->count = 0;
}
