/* spank_job.c: calls Slurm's plugin interface for the rest of the plugin. */
#include "plugin/spank_job.h"

#include "lib/error.h"
#include "lib/name.h"

#include <slurm/slurm.h> /* the numbers of special steps */
#include <slurm/spank.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Linux takes no longer string into a new program (MAX_ARG_STRLEN). */
#define ENVIRONMENT_VALUE_MAX (128 * 1024)

/* A number of Slurm's and what it is called here. */
struct meaning {
    uint32_t number;
    int is;
};

static int meaning_of(uint32_t number, const struct meaning *known, size_t count,
                      int otherwise)
{
    for (size_t i = 0; i < count; i++)
        if (known[i].number == number)
            return known[i].is;
    return otherwise;
}

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum place spank_job_place(void)
{
    static const struct meaning places[] = {{S_CTX_ALLOCATOR, PLACE_SUBMIT},
                                            {S_CTX_LOCAL, PLACE_LAUNCH},
                                            {S_CTX_REMOTE, PLACE_STEP}};

    return (enum place)meaning_of(spank_context(), places, COUNT(places),
                                  PLACE_ELSEWHERE);
}

/* Reads an item that is a number. Returns 0 or -1. */
static int read_number(struct spank_handle *spank, spank_item_t item, unsigned *number)
{
    uint32_t value;

    if (spank_get_item(spank, item, &value) != ESPANK_SUCCESS)
        return -1;
    *number = value;
    return 0;
}

int spank_job_read(struct job *job, struct spank_handle *spank)
{
    if (read_number(spank, S_JOB_ID, &job->id) < 0 ||
        spank_get_item(spank, S_JOB_UID, &job->uid) != ESPANK_SUCCESS ||
        spank_get_item(spank, S_JOB_GID, &job->gid) != ESPANK_SUCCESS)
        return -1;
    job->node = getenv("SLURMD_NODENAME");
    return job->node ? 0 : -1;
}

int spank_job_read_step(struct step *step, struct spank_handle *spank)
{
    static const struct meaning kinds[] = {{SLURM_BATCH_SCRIPT, STEP_BATCH},
                                           {SLURM_INTERACTIVE_STEP, STEP_INTERACTIVE},
                                           {SLURM_EXTERN_CONT, STEP_EXTERN}};

    if (spank_job_read(&step->job, spank) < 0 ||
        read_number(spank, S_JOB_STEPID, &step->id) < 0)
        return -1;
    step->kind = (enum step_kind)meaning_of(step->id, kinds, COUNT(kinds), STEP_TASKS);
    return 0;
}

int spank_job_groups(struct spank_handle *spank, const gid_t **groups, int *count)
{
    gid_t *list = NULL;

    if (spank_get_item(spank, S_JOB_SUPPLEMENTARY_GIDS, &list, count) != ESPANK_SUCCESS)
        return -1;
    *groups = list;
    return 0;
}

unsigned spank_job_local_tasks(struct spank_handle *spank)
{
    unsigned count;

    return read_number(spank, S_JOB_LOCAL_TASK_COUNT, &count) == 0 ? count : 0;
}

int spank_job_rank(struct spank_handle *spank, unsigned local, unsigned *rank)
{
    uint32_t number;

    if (spank_get_item(spank, S_JOB_LOCAL_TO_GLOBAL_ID, (uint32_t)local, &number) !=
        ESPANK_SUCCESS)
        return -1;
    *rank = number;
    return 0;
}

int spank_job_node_rank(struct spank_handle *spank, unsigned *node_rank)
{
    return read_number(spank, S_JOB_NODEID, node_rank);
}

int spank_job_local_number(struct spank_handle *spank)
{
    int number;

    return spank_get_item(spank, S_TASK_ID, &number) == ESPANK_SUCCESS ? number : -1;
}

int spank_job_words(struct spank_handle *spank, char ***words)
{
    int count = 0;

    return spank_get_item(spank, S_JOB_ARGV, &count, words) == ESPANK_SUCCESS ? count : 0;
}

char **spank_job_environment_copy(struct spank_handle *spank)
{
    char **all = NULL, **copy;
    size_t count = 0, size = 0;
    char *place;

    if (spank_get_item(spank, S_JOB_ENV, &all) != ESPANK_SUCCESS || !all)
        return NULL;
    for (; all[count]; count++)
        size += strlen(all[count]) + 1;
    copy = malloc((count + 1) * sizeof(*copy) + size);
    if (!copy)
        return NULL;
    place = (char *)(copy + count + 1);
    for (size_t i = 0; i < count; i++) {
        copy[i] = strcpy(place, all[i]);
        place += strlen(place) + 1;
    }
    copy[count] = NULL;
    return copy;
}

const char *spank_job_program(struct spank_handle *spank)
{
    char **words = NULL;
    const char *slash;

    if (spank_job_words(spank, &words) < 1)
        return "";
    slash = strrchr(words[0], '/');
    return slash ? slash + 1 : words[0];
}

/* spank_getenv does not tell the length, so the buffer grows until the value fits. */
char *spank_job_environment(struct spank_handle *spank, const char *name)
{
    for (int size = 1024; size <= ENVIRONMENT_VALUE_MAX; size *= 2) {
        char *value = malloc((size_t)size);
        spank_err_t status;

        if (!value)
            return NULL;
        status = spank_getenv(spank, name, value, size);
        if (status == ESPANK_SUCCESS)
            return value;
        free(value);
        if (status != ESPANK_NOSPACE)
            return NULL;
    }
    return NULL;
}

int spank_job_environment_set(struct spank_handle *spank, const char *name,
                              const char *value, bool overwrite)
{
    spank_err_t status = spank_setenv(spank, name, value, overwrite);

    return status == ESPANK_SUCCESS || status == ESPANK_ENV_EXISTS ? 0 : -1;
}

void spank_job_environment_unset(struct spank_handle *spank, const char *name)
{
    spank_unsetenv(spank, name);
}

void spank_job_say(const char *format, ...)
{
    const char *node = spank_job_place() == PLACE_STEP ? getenv("SLURMD_NODENAME") : NULL;
    char text[ERROR_TEXT_SIZE + 64];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (node && !name_is_word_of(text, node))
        slurm_error("atelier: node %s: %s", node, text);
    else
        slurm_error("atelier: %s", text);
}

void spank_job_say_for_all(const char *sentence)
{
    slurm_error("atelier: %s", sentence);
}

void spank_job_inform(const char *format, ...)
{
    char text[ERROR_TEXT_SIZE + 64];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    slurm_info("atelier: %s", text);
}

/* atoi(3), since Slurm's own programs read that variable so. */
void spank_job_end_client(void)
{
    const char *wanted = getenv("SLURM_EXIT_ERROR");
    int status = wanted ? atoi(wanted) : 0;

    fflush(NULL);
    _exit(status ? status : EXIT_FAILURE);
}

int spank_job_hand_on(struct spank_handle *spank, const char *name, const char *value)
{
    return spank_job_control_setenv(spank, name, value, 1) == ESPANK_SUCCESS ? 0 : -1;
}

/* Slurm copies the texts, and takes them as char * only for the age of its interface. */
int spank_job_register_option(struct spank_handle *spank, const char *name,
                              const char *argument, const char *usage, int index,
                              int (*accept)(int index, const char *value, int remote))
{
    struct spank_option option = {
        .name = (char *)name,
        .arginfo = (char *)argument,
        .usage = (char *)usage,
        .has_arg = argument != NULL,
        .val = index,
        .cb = accept,
    };

    return spank_option_register(spank, &option) == ESPANK_SUCCESS ? 0 : -1;
}
