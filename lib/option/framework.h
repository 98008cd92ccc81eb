/* framework.h: what --framework takes, `NAME` or `NAME:SETTING,...`.
 *
 *     pytorch      tensorflow:ps=1,chief      pytorch:init=file,directory=/mnt/x
 *
 * The policy allows names; the settings are the launcher's, which says what they may be.
 * Here only their characters are looked at: [A-Za-z0-9._/=,-], so that they can be shown,
 * logged and carried as they are.
 */
#ifndef ATELIER_FRAMEWORK_H
#define ATELIER_FRAMEWORK_H

#include "lib/agreed.h"
#include "lib/error.h"
#include "lib/name.h"

#define FRAMEWORK_TEXT_MAX (NAME_LENGTH_MAX + 1 + FRAMEWORK_SETTINGS_MAX)

struct framework {
    char name[NAME_LENGTH_MAX + 1];
    char settings[FRAMEWORK_SETTINGS_MAX + 1]; /* "" for none */
};

/* Reads `text`, which may be NULL. Returns 0; or -1 with `error` filled (ERROR_USER): it
 * names `source`, the option or variable that the text is from. */
int framework_parse(struct framework *framework, const char *source, const char *text,
                    struct error *error);

/* Returns what follows the name in `text`: the settings, "" for none. */
const char *framework_settings(const char *text);

#endif
