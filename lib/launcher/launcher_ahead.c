/* launcher_ahead.c: runs a launcher for all tasks of a node before they are forked. */
#include "lib/launcher/launcher_ahead.h"

#include "lib/deadline.h"
#include "lib/launcher/launcher_prepared.h"
#include "lib/launcher/launcher_run.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define COMMON_MAX 1024 /* bytes of a value */

struct launcher_answer {
    struct layout layout;
    struct record *environment;
};

static struct {
    char launchers[LAUNCHER_PATH_SIZE];
    struct framework framework;
    struct launcher_answer *answers;
    size_t count;
    struct record *common;
} ahead;

struct launcher_question {
    const char *launchers;
    const struct framework *framework;
    const struct layout *layouts;
    size_t count;
    int milliseconds;
};

static void forget(void)
{
    launcher_prepared_drop();
    for (size_t i = 0; i < ahead.count; i++)
        record_destroy(ahead.answers[i].environment);
    free(ahead.answers);
    record_destroy(ahead.common);
    memset(&ahead, 0, sizeof(ahead));
}

/* A launcher that refuses a layout can be asked for the next one; one that failed may be
 * left half loaded. */
static int ask(const struct layout *layout)
{
    struct launcher_answer *answer = &ahead.answers[ahead.count];
    struct error error = {.party = ERROR_NONE};

    answer->layout = *layout;
    if (launcher_environment(&answer->environment, ahead.launchers, &ahead.framework,
                             layout, &error) == 0)
        ahead.count++;
    else if (error.party != ERROR_USER)
        return -1;
    return 0;
}

static bool is_common(const char *key, const char *value)
{
    for (size_t i = 1; i < ahead.count; i++) {
        const char *other = record_get(ahead.answers[i].environment, key);

        if (!other || strcmp(other, value) != 0)
            return false;
    }
    return true;
}

static bool begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* A default depends on what else the task has; a variable of ours each task may set
 * itself, before the launcher has its word. A long value is each task's own. */
static void find_common(void)
{
    const struct record *first = ahead.answers[0].environment;

    for (size_t i = 0; i < record_count(first); i++) {
        const char *key = record_key(first, i), *value = record_value(first, i);

        if (!begins(key, LAUNCHER_DEFAULT_PREFIX) && !begins(key, "ATELIER_") &&
            strlen(value) <= COMMON_MAX && is_common(key, value))
            record_set(ahead.common, key, value);
    }
}

static void *ask_all(void *data)
{
    const struct launcher_question *question = data;
    const struct deadline deadline = deadline_after(question->milliseconds);

    if (launcher_prepared_load(question->launchers, question->framework,
                               question->layouts) < 0)
        return NULL;
    strcpy(ahead.launchers, question->launchers);
    ahead.framework = *question->framework;
    ahead.answers = calloc(question->count, sizeof(*ahead.answers));
    ahead.common = record_create();
    for (size_t i = 0; ahead.answers && ahead.common && i < question->count &&
                       !deadline_passed(&deadline);
         i++)
        if (ask(&question->layouts[i]) < 0) {
            launcher_prepared_drop();
            break;
        }
    if (ahead.count == question->count) {
        find_common();
        launcher_prepared_drop();
    }
    launcher_prepared_hand_over(&launcher_limits);
    return NULL;
}

void launcher_ahead(const char *launchers, const struct framework *framework,
                    const struct layout *layouts, size_t count, int milliseconds)
{
    struct launcher_question question = {.launchers = launchers,
                                         .framework = framework,
                                         .layouts = layouts,
                                         .count = count,
                                         .milliseconds = milliseconds};
    pthread_t thread;

    forget();
    if (count > 0 && pthread_create(&thread, NULL, ask_all, &question) == 0)
        pthread_join(thread, NULL);
}

bool launcher_ahead_has(const char *launchers, const struct framework *framework)
{
    return ahead.count > 0 && strcmp(ahead.launchers, launchers) == 0 &&
           strcmp(ahead.framework.name, framework->name) == 0 &&
           strcmp(ahead.framework.settings, framework->settings) == 0;
}

const struct record *launcher_ahead_common(void)
{
    return ahead.common;
}

const struct record *launcher_ahead_environment(const char *launchers,
                                                const struct framework *framework,
                                                const struct layout *layout)
{
    if (!launcher_ahead_has(launchers, framework))
        return NULL;
    for (size_t i = 0; i < ahead.count; i++)
        if (layout_is_same(&ahead.answers[i].layout, layout))
            return ahead.answers[i].environment;
    return NULL;
}
