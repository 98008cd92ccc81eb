#include "loss.h"

#include <stdio.h>
#include <string.h>

/* Returns the length of what `text` got. */
static size_t describe(const struct plan_volume *volume, const char *bytes, char *text,
                       size_t size)
{
    bool is_known = strcmp(bytes, LOSS_UNKNOWN) != 0;
    int length =
        snprintf(text, size, "volume `%s` of file server `%s` (%s) %s%s", volume->name,
                 volume->server, volume->host, is_known ? "lost " : "may have lost ",
                 is_known ? bytes : "some");

    return length > 0 && (size_t)length < size ? (size_t)length : size - 1;
}

int loss_check(const struct plan *plan, const char *node, const struct record *report,
               struct error *error)
{
    char losses[ERROR_TEXT_SIZE / 2] = "", key[NAME_LENGTH_MAX + sizeof(".bytes_lost")];
    size_t used = 0;

    for (size_t i = 0; i < plan->volume_count && used + 3 < sizeof(losses); i++) {
        const char *bytes;

        snprintf(key, sizeof(key), "%s.bytes_lost", plan->volumes[i].name);
        bytes = record_get(report, key);
        if (!bytes)
            continue;
        if (used > 0)
            used += (size_t)sprintf(losses + used, ", ");
        used += describe(&plan->volumes[i], bytes, losses + used, sizeof(losses) - used);
    }
    if (used == 0)
        return 0;
    return error_set(
        error, ERROR_STORAGE,
        "workspace `%s` on node %s: %s of the bytes that the job wrote, since "
        "the server did not take them before the job's end; check the files "
        "that were written last",
        plan->workspace, node, losses);
}
