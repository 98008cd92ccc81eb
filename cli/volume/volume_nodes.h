/* volume_nodes.h: `atelier volume test` on every node at once, through srun. */
#ifndef ATELIER_VOLUME_NODES_H
#define ATELIER_VOLUME_NODES_H

#include "lib/error.h"
#include "lib/settings.h"

#include <jansson.h>

/* What is handed on to the command on the nodes. */
struct volume_nodes {
    const struct settings *settings;
    const char *partition; /* NULL: the default one; not asked inside an allocation */
    const char *policy;    /* a draft that all nodes see, or NULL */
    char *const *names;    /* of volumes, NULL-terminated */
};

/* Asks on each node of the allocation that this runs in; else on each node of the
 * partition that is up, in an allocation of its own that is given up unless it begins
 * within 20 seconds. Returns the answers (volume_question.h) of all nodes in the order of
 * the nodes, with one sentence for a node that said nothing; or NULL with `error` filled.
 */
json_t *volume_nodes_ask(const struct volume_nodes *nodes, struct error *error);

#endif
