/* launcher_layout.h: a layout's texts, expanded, and as Lua sees it (for launcher.c). */
#ifndef ATELIER_LAUNCHER_LAYOUT_H
#define ATELIER_LAUNCHER_LAYOUT_H

#include "hostlist.h"
#include "launcher.h"

#include <lua.h>

struct expanded_layout {
    const struct layout *layout;
    struct hostlist nodes;
    unsigned *tasks_per_node;
    struct hostlist ports;
};

/* Returns 0; or -1 with `error` filled (ERROR_NODE). Release it in either case. */
int expanded_layout_read(struct expanded_layout *expanded, const struct layout *layout,
                         struct error *error);
void expanded_layout_release(struct expanded_layout *expanded);

/* The rank of the task: Slurm's, or its place where the ranks follow the places. */
unsigned expanded_layout_rank(const struct expanded_layout *expanded);

/* Pushes the table that environment() gets. May raise. */
void expanded_layout_push(lua_State *state, const struct expanded_layout *expanded);

#endif
