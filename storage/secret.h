/* secret.h: files of root's that hold passwords and keys. */
#ifndef ATELIER_SECRET_H
#define ATELIER_SECRET_H

#include "lib/error.h"
#include "lib/policy/plan.h"

/* Whether the volume's credentials are root's alone to read and to change. Returns 0 or
 * -1 with `error` filled (ERROR_SITE). */
int secret_check(const struct plan_volume *volume, struct error *error);

#endif
