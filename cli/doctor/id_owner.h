/* id_owner.h: who has one of the NFS clients' ids on this machine.
 */
#ifndef ATELIER_ID_OWNER_H
#define ATELIER_ID_OWNER_H

#include "lib/settings.h"

#include <stdbool.h>

#define ID_OWNER_NAME_SIZE 65

/* Whose the ids are, or may be: of `first` the database does not tell, by `failure`. */
struct id_owner {
    const char *kind; /* "user", "group", or the path of a list of subordinate ids */
    char name[ID_OWNER_NAME_SIZE];
    unsigned long first, last;
    int failure; /* an errno; 0: `name` has them */
};

/* Whether users, groups or subordinate ids have one of the setting client_ids, or may
 * have it: fills `owner` with the first. */
bool id_owner_find(const struct settings *settings, struct id_owner *owner);

#endif
