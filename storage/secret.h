/* secret.h: files of root's that hold passwords and keys. */
#ifndef ATELIER_SECRET_H
#define ATELIER_SECRET_H

#include "lib/error.h"
#include "lib/policy/plan.h"

/* Checks that root alone can read and change the file of the volume's credentials.
 * Returns 0, or -1 with `error` filled (ERROR_SITE). */
int secret_check(const struct plan_volume *volume, struct error *error);

#endif
