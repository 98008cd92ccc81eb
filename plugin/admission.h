/* admission.h: whether the tasks of a step may run on this node, by what it asks for. */
#ifndef ATELIER_ADMISSION_H
#define ATELIER_ADMISSION_H

#include "lib/error.h"
#include "lib/option/framework.h"
#include "plugin/membership.h"
#include "plugin/options.h"

/* Returns 0; or -1 with `error` filled, on each of the step's nodes alike: a step that
 * asks for another workspace or experiment than its job's, or for a mount that the job
 * has not. */
int admission_check(const struct membership *membership, const struct options *asked,
                    struct error *error);

/* The framework that the step's tasks are started for: the step's own, else the job's;
 * its name is "" for none. Returns 0; or -1 with `error` filled when it is malformed, or
 * one that the workspace does not allow. */
int admission_framework(const struct membership *membership, const struct options *asked,
                        struct framework *framework, struct error *error);

#endif
