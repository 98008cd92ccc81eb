#include "job_state.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_one_of(const char *const words[], const char *text)
{
    for (size_t i = 0; words[i]; i++)
        if (strncmp(words[i], text, strlen(words[i])) == 0)
            return true;
    return false;
}

static enum job_state state_of(const char *word)
{
    static const char *const going_on[] = {"RUNNING",     "SUSPENDED", "COMPLETING",
                                           "CONFIGURING", "STOPPED",   "SIGNALING",
                                           "STAGE_OUT",   "RESIZING",  NULL};
    static const char *const left[] = {"PENDING", "REQUEUE", "SPECIAL_EXIT", NULL};

    if (is_one_of(going_on, word))
        return JOB_STATE_GOES_ON;
    return is_one_of(left, word) ? JOB_STATE_LEFT : JOB_STATE_OVER;
}

/* The last of the states that the text speaks of, in the order of the enumeration. */
static enum job_state last_state(const char *line)
{
    static const char key[] = " JobState=";
    enum job_state last = JOB_STATE_UNKNOWN;

    while ((line = strstr(line, key))) {
        enum job_state state = state_of(line += sizeof(key) - 1);

        last = state > last ? state : last;
    }
    return last;
}

static bool was_requeued_since(const char *line, unsigned long restarts)
{
    static const char key[] = " Restarts=";

    while ((line = strstr(line, key)))
        if (strtoul(line += sizeof(key) - 1, NULL, 10) > restarts)
            return true;
    return false;
}

enum job_state job_state_read(const char *line, unsigned id, unsigned long restarts)
{
    enum job_state state;
    unsigned named;
    char end;

    if (sscanf(line, "JobId=%u%c", &named, &end) != 2 || end != ' ')
        return strstr(line, "Invalid job id") ? JOB_STATE_GONE : JOB_STATE_UNKNOWN;
    if (named != id)
        return JOB_STATE_UNKNOWN;
    state = last_state(line);
    return state == JOB_STATE_GOES_ON && was_requeued_since(line, restarts)
               ? JOB_STATE_LEFT
               : state;
}
