/* job_state.c: tells from squeue's line whether a job goes on. */
#include "lib/slurm/job_state.h"

#include "lib/agreed.h"
#include "lib/slurm/job_line.h"

#include <stdbool.h>
#include <string.h>

/* Whether the text begins with one of the words. */
static bool is_one_of(const char *words, const char *text)
{
    for (size_t length; *words; words += length + strspn(words + length, " ")) {
        length = strcspn(words, " ");
        if (strncmp(words, text, length) == 0)
            return true;
    }
    return false;
}

enum job_state job_state_of(const char *word)
{
    if (is_one_of(JOB_STATES_GOING_ON, word))
        return JOB_STATE_GOES_ON;
    return is_one_of(JOB_STATES_LEFT, word) ? JOB_STATE_LEFT : JOB_STATE_OVER;
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
