/* admission.c: refuses tasks of a step that this node may not run. */
#include "plugin/admission.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *fact(const struct membership *membership, const char *key)
{
    const char *value = record_get(membership->facts, key);

    return value ? value : "";
}

/* Refuses a step that asks for another one than its job has; what the step leaves open is
 * the job's. An experiment is compared without regard to case, since its one spelling may
 * not be the user's. */
static int check_same(const struct membership *membership, const struct options *asked,
                      enum option option, const char *key, struct error *error)
{
    const char *wanted = asked->value[option];
    const char *owned = fact(membership, key);
    char quoted[NAME_QUOTED_SIZE];

    if (!wanted[0] || strcmp(wanted, owned) == 0 ||
        (option == OPTION_EXPERIMENT && strcasecmp(wanted, owned) == 0))
        return 0;
    name_quote(wanted, quoted, sizeof(quoted));
    return error_set(error, ERROR_USER,
                     "the step asks for %s %s, but job %s has %s: a step cannot change "
                     "the %s; leave out --%s and its environment variable",
                     key, quoted, fact(membership, "job"), owned[0] ? owned : "none", key,
                     key);
}

/* The options of a step come to it in parts, so what it asks for is compared word by
 * word; a step that asks for nothing has all mounts of its job. */
static int check_mounts(const struct membership *membership, const struct options *asked,
                        struct error *error)
{
    const char *wanted = asked->value[OPTION_MOUNT], *missing = NULL;
    char quoted[NAME_QUOTED_SIZE];

    if (wanted[0])
        missing = mount_list_missing(fact(membership, "mount"), wanted);
    if (!missing)
        return 0;
    name_quote(missing, quoted, sizeof(quoted));
    return error_set(
        error, ERROR_USER,
        "the step asks for --mount=%.*s, which job %s was submitted without: "
        "a step cannot mount anything; give it to sbatch or salloc",
        (int)strcspn(quoted, ","), quoted, fact(membership, "job"));
}

static int read_framework(const struct membership *membership,
                          const struct options *asked, struct framework *framework,
                          struct error *error)
{
    const char *wanted = asked->value[OPTION_FRAMEWORK];
    const char *settings = fact(membership, "framework_settings");
    char of_job[OPTION_VALUE_SIZE];

    memset(framework, 0, sizeof(*framework));
    snprintf(of_job, sizeof(of_job), "%s%s%s", fact(membership, "framework"),
             settings[0] ? ":" : "", settings);
    if (!wanted[0])
        wanted = of_job;
    return wanted[0] ? framework_parse(framework, "--framework", wanted, error) : 0;
}

int admission_framework(const struct membership *membership, const struct options *asked,
                        struct framework *framework, struct error *error)
{
    const char *allowed = fact(membership, "frameworks");

    if (read_framework(membership, asked, framework, error) < 0)
        return -1;
    if (framework->name[0] && allowed[0] &&
        !name_is_listed(allowed, framework->name, strlen(framework->name))) {
        const char *experiment = fact(membership, "experiment");

        return error_set(error, ERROR_USER,
                         "%s%s%sworkspace %s does not allow --framework=%s; it allows %s",
                         *experiment ? "experiment " : "", experiment,
                         *experiment ? " of " : "", fact(membership, "workspace"),
                         framework->name, allowed);
    }
    return 0;
}

int admission_check(const struct membership *membership, const struct options *asked,
                    struct error *error)
{
    return check_same(membership, asked, OPTION_WORKSPACE, "workspace", error) < 0 ||
                   check_same(membership, asked, OPTION_EXPERIMENT, "experiment", error) <
                       0 ||
                   check_mounts(membership, asked, error) < 0
               ? -1
               : 0;
}
