/* admission.h: whether the tasks of a step may run.
 *
 * Asked in every task and answered the same in all tasks of a step on a node.
 */
#ifndef ATELIER_ADMISSION_H
#define ATELIER_ADMISSION_H

#include "error.h"
#include "membership.h"
#include "options.h"
#include "settings.h"

/* Returns 0; or -1 with `error` filled: the step's failure to join, a task that is not in
 * its job's namespace, a step that asks for another workspace or experiment than its
 * job's, or for a framework that its workspace does not allow. */
int admission_check(const struct membership *membership, const struct options *asked,
                    const struct settings *settings, struct error *error);

/* The framework that the step's tasks are started for: the step's own, else the job's;
 * its name is "" for none. Returns 0; or -1 with `error` filled when it is malformed. */
int admission_framework(const struct membership *membership, const struct options *asked,
                        struct framework *framework, struct error *error);

#endif
