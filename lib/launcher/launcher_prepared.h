/* launcher_prepared.h: the launcher that was loaded ahead of the tasks that run it (for
 * launcher_ahead.c, launcher.c and launcher_run.c). One a process, for its whole life. */
#ifndef ATELIER_LAUNCHER_PREPARED_H
#define ATELIER_LAUNCHER_PREPARED_H

#include "lib/launcher/launcher_layout.h"
#include "lib/lua/lua_host.h"
#include "lib/option/framework.h"

/* Loads it, with what its settings need, and the tables of the lists of `layout`, whose
 * texts must stay where they are. Only
 * files that nobody but root can change, since slurmstepd runs them here, and with little
 * memory and time. Nothing is prepared
 * yet. Returns 0, or -1 with nothing prepared. */
int launcher_prepared_load(const char *launchers, const struct framework *framework,
                           const struct layout *layout);

/* Gives it what a task may use, `limits`; files of modules are then read whoever may
 * change them. */
void launcher_prepared_hand_over(const struct lua_host_limits *limits);

/* Forgets it. */
void launcher_prepared_drop(void);

/* Its state, or NULL when another launcher or none was prepared. On the stack are its
 * table and what expanded_layout_push_lists pushed, or nil. */
struct lua_host *launcher_prepared(const char *launchers, const char *name);

/* As expanded_layout_read; with the lists that were prepared, where they are `layout`'s.
 */
int launcher_prepared_expand(struct expanded_layout *expanded,
                             const struct layout *layout, struct error *error);

#endif
