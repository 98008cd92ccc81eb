/* job_state.c: tells from squeue's line whether a job goes on. */
#include "lib/slurm/job_state.h"

#include "lib/slurm/job_line.h"

#include <stdbool.h>
#include <string.h>

static bool is_one_of(const char *const words[], const char *text)
{
    for (size_t i = 0; words[i]; i++)
        if (strncmp(words[i], text, strlen(words[i])) == 0)
            return true;
    return false;
}

enum job_state job_state_of(const char *word)
{
    static const char *const going_on[] = {"RUNNING",     "SUSPENDED", "COMPLETING",
                                           "CONFIGURING", "STOPPED",   "SIGNALING",
                                           "STAGE_OUT",   "RESIZING",  NULL};
    static const char *const left[] = {"PENDING", "REQUEUE", "SPECIAL_EXIT", NULL};

    if (is_one_of(going_on, word))
        return JOB_STATE_GOES_ON;
    return is_one_of(left, word) ? JOB_STATE_LEFT : JOB_STATE_OVER;
}

enum job_state job_state_read(const char *text, unsigned id, unsigned long restarts)
{
    struct job_line line;

    if (!job_line_read(&line, text))
        return strstr(text, "Invalid job id") ? JOB_STATE_GONE : JOB_STATE_UNKNOWN;
    if (line.id != id)
        return JOB_STATE_UNKNOWN;
    return line.state == JOB_STATE_GOES_ON && line.restarts > restarts ? JOB_STATE_LEFT
                                                                       : line.state;
}
