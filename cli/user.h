/* user.h: users and Unix groups of this machine, as JSON lists of names. */
#ifndef ATELIER_USER_H
#define ATELIER_USER_H

#include "lib/error.h"

#include <jansson.h>

/* The number of `user`, -1 when this machine does not know it. */
long user_id(const char *user);

/* Names of all groups of `user`, an array that the caller owns; empty for a user whom
 * this machine does not know, since a policy may be tried for anybody. */
json_t *user_groups(const char *user);

/* Of `people`, { users, groups }: those that this machine does not know, in the same
 * form, which the caller owns; NULL with `error` filled when its databases cannot tell.
 */
json_t *user_unknown(const json_t *people, struct error *error);

/* { group = its users } of those of `groups` that there are, which the caller owns: whom
 * the group database lists, without users who are gone, and whose primary group it is.
 * The latter are found where the user database can be listed. */
json_t *user_group_members(const json_t *groups);

#endif
