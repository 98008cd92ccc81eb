/* hooks.c: the life of a job, as Slurm calls it.
 *
 * On the nodes only task_init may fail: any other failure drains the node. A client that
 * may not go on ends at once.
 */
#include "plugin/spank_job.h"
#include "plugin/node.h"
#include "plugin/options.h"
#include "plugin/site.h"
#include "plugin/submission.h"
#include "plugin/task.h"

/* All that Slurm looks for in the module, and nothing else, is visible. */
#pragma GCC visibility push(default)
#include <slurm/spank.h>
SPANK_PLUGIN(atelier, 1)
#pragma GCC visibility pop

/* Slurm fixes the parameters of a hook. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

/* What one process of Slurm's has. SPANK hands a hook nothing of the plugin's own, so
 * that the hooks of a process share this; all other functions are given what they work
 * on. */
static struct site site;
static struct options asked;
static struct start start;

static int accept_option(int option, const char *value, int remote)
{
    value = option_value((enum option)option, value);
    if (!remote) {
        options_add(&asked, (enum option)option, value);
        submission_check_option((enum option)option, value);
    } else {
        options_keep(&asked, (enum option)option, value);
    }
    return 0;
}

/* Called on the submit host and in a step; and in slurmd itself, where no job is at stake
 * yet. */
int slurm_spank_init(spank_t spank, int count, char *words[])
{
    enum place place = spank_job_place();

    site_read(&site, count, words);
    if (place == PLACE_ELSEWHERE) {
        if (site.failure.party)
            spank_job_say("%s", site.failure.text);
        return 0;
    }
    if (place != PLACE_STEP)
        submission_take_defaults(place);
    options_register(spank, accept_option);
    return 0;
}

/* Called on every node, before the first step. */
int slurm_spank_job_prolog(spank_t spank, int count, char *words[])
{
    site_read(&site, count, words);
    node_begin_job(&site, spank);
    return 0;
}

/* Called on the submit host and in a step, when all options are read. */
int slurm_spank_init_post_opt(spank_t spank, int count, char *words[])
{
    enum place place = spank_job_place();

    if (place == PLACE_SUBMIT || place == PLACE_LAUNCH)
        submission_check(&asked, place, &site, spank);
    if (place == PLACE_STEP)
        task_step_begin(&start, &site, &asked, spank);
    return 0;
}

/* Called in every step, as the user, before its tasks are forked. */
int slurm_spank_user_init(spank_t spank, int count, char *words[])
{
    task_step_prepare(&start, spank);
    return 0;
}

/* Called in every task, as the user. */
int slurm_spank_task_init(spank_t spank, int count, char *words[])
{
    task_begin(&start, &asked, spank);
    return 0;
}

/* Called at every task's end, as root. */
int slurm_spank_task_exit(spank_t spank, int count, char *words[])
{
    task_end(&start, spank);
    return 0;
}

/* Called at the end of a client or of a step. */
int slurm_spank_exit(spank_t spank, int count, char *words[])
{
    enum place place = spank_job_place();

    if (place == PLACE_LAUNCH)
        submission_report(&site);
    if (place == PLACE_STEP)
        task_step_end(&start, spank);
    start_release(&start);
    return 0;
}

/* Called on every node, after the last step. */
int slurm_spank_job_epilog(spank_t spank, int count, char *words[])
{
    site_read(&site, count, words);
    node_end_job(&site, spank);
    return 0;
}
