/* secret.c: checks that a file of passwords or keys is root's and nobody else's. */
#include "storage/secret.h"

#include "lib/trusted_file.h"

#include <string.h>
#include <sys/stat.h>

int secret_check(const struct plan_volume *volume, struct error *error)
{
    const char *path = volume->credentials;
    struct error cause = {.party = ERROR_NONE};
    struct stat status;

    if (trusted_file_check(path, &cause) < 0)
        return error_wrap(error, &cause, "volume `%s`", volume->name);
    if (stat(path, &status) < 0 || status.st_mode & (S_IRWXG | S_IRWXO))
        return error_set(
            error, ERROR_SITE,
            "volume `%s`: others than root may read %s, which holds secrets: "
            "run `chmod 600 %s`",
            volume->name, path, path);
    if (strchr(path, ','))
        return error_set(error, ERROR_SITE, "volume `%s`: %s has a comma in it",
                         volume->name, path);
    return 0;
}
