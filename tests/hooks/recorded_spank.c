/* recorded_spank.c: holds the stand-in of SPANK (spank_stub.c) to what Slurm answered.
 *
 * It reads tests/recordings of each release, brings the stand-in into the place of each
 * call of Slurm's, asks what the plugin that recorded asked, and prints TAP: a test for
 * each place.
 */
#include "tests/hooks/spank_stub.h"

#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MISSING 1 /* of no status of Slurm's: the stand-in has no such item */

static int count, failed, asked;
static char place[128], wrong[512];

static const struct {
    const char *name;
    spank_item_t item;
} items[] = {{"S_JOB_UID", S_JOB_UID},
             {"S_JOB_GID", S_JOB_GID},
             {"S_JOB_ID", S_JOB_ID},
             {"S_JOB_STEPID", S_JOB_STEPID},
             {"S_JOB_NODEID", S_JOB_NODEID},
             {"S_JOB_LOCAL_TASK_COUNT", S_JOB_LOCAL_TASK_COUNT},
             {"S_TASK_ID", S_TASK_ID},
             {"S_JOB_LOCAL_TO_GLOBAL_ID", S_JOB_LOCAL_TO_GLOBAL_ID},
             {"S_JOB_ARGV", S_JOB_ARGV},
             {"S_JOB_ENV", S_JOB_ENV},
             {"S_JOB_SUPPLEMENTARY_GIDS", S_JOB_SUPPLEMENTARY_GIDS}};

static int ask_for_item(const char *name)
{
    uint32_t number;
    int words;
    void *list;

    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
        spank_item_t item = items[i].item;

        if (strcmp(items[i].name, name) != 0)
            continue;
        if (item == S_JOB_LOCAL_TO_GLOBAL_ID)
            return spank_get_item(NULL, item, (uint32_t)0, &number);
        if (item == S_JOB_ARGV)
            return spank_get_item(NULL, item, &words, &list);
        if (item == S_JOB_SUPPLEMENTARY_GIDS)
            return spank_get_item(NULL, item, &list, &words);
        return item == S_JOB_ENV ? spank_get_item(NULL, item, &list)
                                 : spank_get_item(NULL, item, &number);
    }
    return MISSING;
}

static int ask_for_variable(const char *call, const char *which)
{
    char buffer[256];

    if (strcmp(call, "getenv") == 0)
        return spank_getenv(NULL, strcmp(which, "unknown") ? "RECORD_AS" : "NO_SUCH",
                            buffer, strcmp(which, "small") ? sizeof(buffer) : 2);
    if (strcmp(call, "setenv") == 0)
        return spank_setenv(NULL, "RECORD_NEW", which, strcmp(which, "over") == 0);
    return spank_unsetenv(NULL, strcmp(which, "known") ? "NO_SUCH" : "RECORD_NEW");
}

/* The question that a line of the recording is about, put to the stand-in. */
static int ask(const char *line)
{
    char call[32], which[64];

    if (sscanf(line, "%31s %63s", call, which) != 2)
        return MISSING;
    if (strcmp(call, "item") == 0)
        return ask_for_item(which);
    if (strcmp(call, "job_control_setenv") == 0)
        return spank_job_control_setenv(NULL, "RECORD_AS", "x", 1);
    if (strstr(call, "setenv") || strstr(call, "getenv"))
        return ask_for_variable(call, which);
    return MISSING;
}

static void finish_place(void)
{
    if (asked) {
        printf("%sok %d - %s: %d answers\n", *wrong ? "not " : "", ++count, place, asked);
        if (*wrong)
            printf("%s", wrong);
        failed += *wrong != '\0';
    }
    asked = 0;
    *wrong = '\0';
}

/* Where srun's step is about to be launched, which the plugin has no hook for; slurmd. */
static bool is_not_played(const char *call)
{
    return strcmp(call, "local_user_init") == 0 || strcmp(call, "slurmd_exit") == 0;
}

/* "== task_init context=2 remote=1 arguments=2": Slurm calls the plugin. */
static bool begin_place(const char *release, const char *process, const char *line)
{
    char call[64];
    int context;

    finish_place();
    if (sscanf(line, "== %63s context=%d", call, &context) != 2 || is_not_played(call))
        return false;
    snprintf(place, sizeof(place), "%s %.60s %.30s", release, process, call);
    stub_reset();
    stub->context = (spank_context_t)context;
    spank_setenv(NULL, "RECORD_AS", "something", 1);
    return true;
}

static void compare(const char *line)
{
    const char *status = strstr(line, " rc=");
    int wanted = status ? atoi(status + 4) : 0, got;

    if (!status)
        return;
    if (strncmp(line, "item S_TASK_ID rc=0 ", 20) == 0)
        stub->task = atoi(line + 20);
    got = ask(line);
    if (got == MISSING)
        return;
    asked++;
    if (got != wanted)
        snprintf(wrong, sizeof(wrong), "# recorded: %.200s# the stand-in says %d\n", line,
                 got);
}

static void read_recording(const char *path)
{
    char line[512], process[128] = "", release[16];
    const char *name = strstr(path, "recordings/") + strlen("recordings/");
    FILE *file = fopen(path, "r");
    bool is_played = false;

    snprintf(release, sizeof(release), "%.*s", (int)strcspn(name, "/"), name);
    while (file && fgets(line, sizeof(line), file)) {
        if (sscanf(line, "==== %127s", process) == 1)
            is_played = false;
        else if (strncmp(line, "== ", 3) == 0)
            is_played = begin_place(release, process, line);
        else if (is_played)
            compare(line);
    }
    finish_place();
    if (file)
        fclose(file);
}

int main(void)
{
    const char *top = getenv("top_srcdir");
    char pattern[512];
    glob_t found = {.gl_pathc = 0};

    snprintf(pattern, sizeof(pattern), "%s/tests/recordings/*/spank.text",
             top ? top : ".");
    glob(pattern, 0, NULL, &found);
    for (size_t i = 0; i < found.gl_pathc; i++)
        read_recording(found.gl_pathv[i]);
    globfree(&found);
    printf("1..%d\n", count);
    return count == 0 || failed;
}
