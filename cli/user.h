/* user.h: users and Unix groups of this machine, as JSON lists of names. */
#ifndef ATELIER_USER_H
#define ATELIER_USER_H

#include "error.h"

#include <jansson.h>

/* The name of the user who runs the command; NULL with `error` filled when it has none.
 * Valid until the next call of a function here. */
const char *user_own_name(struct error *error);

/* Names of all groups of `user`, an array that the caller owns; empty for a user whom
 * this machine does not know, since a policy may be tried for anybody. */
json_t *user_groups(const char *user);

/* Names of the users whom the group database lists in `group`, an array that the caller
 * owns; NULL when there is no such group. Users whose primary group it is are listed by
 * few group databases. */
json_t *user_group_members(const char *group);

#endif
