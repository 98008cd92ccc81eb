/* node.h: the job's prolog, extern step and epilog on each node, as root.
 *
 * Slurm runs prolog and epilog in processes of their own, without slurm_spank_init and
 * with the user's options in the environment. None of the three ever fails: that would
 * drain the node.
 */
#ifndef ATELIER_NODE_H
#define ATELIER_NODE_H

#include "plugin/spank_job.h"
#include "plugin/site.h"

/* Starts the job's keeper if the job asks for a workspace. What goes wrong is in slurmd's
 * log, and the job's tasks tell it too. */
void node_begin_job(const struct site *site, struct spank_handle *spank);

/* Hands the job's keeper the mount namespace that Slurm has made for the job before this
 * step, if it has made one, and waits until the volumes are in there. What goes wrong is
 * in slurmd's log, and the job's tasks tell it too. */
void node_begin_extern(const struct settings *settings, const struct job *job);

/* Stops the job's keeper if one was started. */
void node_end_job(const struct site *site, struct spank_handle *spank);

#endif
