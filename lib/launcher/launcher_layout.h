/* launcher_layout.h: a layout's texts, expanded, and as Lua sees it (for launcher.c). */
#ifndef ATELIER_LAUNCHER_LAYOUT_H
#define ATELIER_LAUNCHER_LAYOUT_H

#include "lib/hostlist.h"
#include "lib/launcher/launcher.h"

#include <lua.h>
#include <stdbool.h>

/* Whether all that a launcher may tell them apart by is the same. */
bool layout_is_same(const struct layout *one, const struct layout *other);

/* Whether they are of the same nodes, tasks and ports: what is expanded. */
bool layout_has_lists_of(const struct layout *one, const struct layout *other);

struct expanded_layout {
    const struct layout *layout;
    struct hostlist nodes;
    unsigned *tasks_per_node;
    struct hostlist ports;
    bool borrowed; /* the lists are another one's */
};

/* Returns 0; or -1 with `error` filled (ERROR_NODE). Release it in either case. */
int expanded_layout_read(struct expanded_layout *expanded, const struct layout *layout,
                         struct error *error);
void expanded_layout_release(struct expanded_layout *expanded);

/* As expanded_layout_read, for a layout whose texts are those of `owner`, which must
 * outlive it. */
int expanded_layout_borrow(struct expanded_layout *expanded,
                           const struct expanded_layout *owner,
                           const struct layout *layout, struct error *error);

/* The rank of the task: Slurm's, or its place where the ranks follow the places. */
unsigned expanded_layout_rank(const struct expanded_layout *expanded);

/* Pushes a table of what is a list in it. May raise. */
void expanded_layout_push_lists(lua_State *state, const struct expanded_layout *expanded);

/* Pushes the table that environment() gets; the lists are those of the table at `lists`,
 * where there is one and they are borrowed. May raise. */
void expanded_layout_push(lua_State *state, const struct expanded_layout *expanded,
                          int lists);

#endif
