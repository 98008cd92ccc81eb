/* recorded_spank.c: holds the stand-in of SPANK (spank_stub.c) to what Slurm answered.
 *
 * It reads tests/recordings of each release, brings the stand-in into the place of each
 * call of Slurm's, asks what the plugin that recorded asked, and prints TAP: a test for
 * each place. What a process is about, as its user and its tasks, the stand-in is told
 * once, by the process's first answer; the answers to all later questions are compared.
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

#define ITEMS (sizeof(items) / sizeof(items[0]))

static uint32_t numbers[ITEMS]; /* what the process is about */
static bool is_known[ITEMS];
static char program[64];

/* The stand-in's item is to be this. */
static void tell_stub(spank_item_t item, uint32_t number)
{
    if (item == S_JOB_UID)
        stub->uid = number;
    if (item == S_JOB_GID)
        stub->gid = number;
    if (item == S_JOB_STEPID)
        stub->step = number;
    if (item == S_JOB_NODEID)
        stub->node_rank = number;
    if (item == S_JOB_LOCAL_TASK_COUNT)
        stub->local_tasks = number;
    if (item == S_JOB_LOCAL_TO_GLOBAL_ID)
        stub->first_rank = number;
    if (item == S_TASK_ID)
        stub->task = (int)number;
}

/* Of a task's number the recording says in each place which it is. */
static void learn(size_t place_of_item, const char *answer)
{
    unsigned number;
    int words;

    if (items[place_of_item].item == S_JOB_ARGV && !program[0])
        sscanf(answer, "%d %63s", &words, program);
    if (sscanf(answer, "%u", &number) != 1)
        return;
    if (!is_known[place_of_item] || items[place_of_item].item == S_TASK_ID)
        numbers[place_of_item] = number;
    is_known[place_of_item] = items[place_of_item].item != S_TASK_ID;
    tell_stub(items[place_of_item].item, numbers[place_of_item]);
    snprintf(stub->program, sizeof(stub->program), "%s", program);
}

static void tell_stub_all(void)
{
    for (size_t i = 0; i < ITEMS; i++)
        if (is_known[i])
            tell_stub(items[i].item, numbers[i]);
    snprintf(stub->program, sizeof(stub->program), "%s", program);
}

static void forget_process(void)
{
    memset(is_known, 0, sizeof(is_known));
    program[0] = '\0';
}

/* The answer to the question for a list, as the plugin that recorded wrote it. How many
 * groups a user has is no matter of Slurm's: it is left out. */
static int ask_for_list(spank_item_t item, char *answer, size_t size)
{
    char **list = NULL;
    int words = 0, status;

    if (item == S_JOB_SUPPLEMENTARY_GIDS)
        return spank_get_item(NULL, item, &list, &words);
    status = item == S_JOB_ENV ? spank_get_item(NULL, item, &list)
                               : spank_get_item(NULL, item, &words, &list);
    if (status == ESPANK_SUCCESS && item == S_JOB_ARGV)
        snprintf(answer, size, "%d %s", words, words > 0 ? list[0] : "(null)");
    if (status == ESPANK_SUCCESS && item == S_JOB_ENV)
        snprintf(answer, size, "%s", !list ? "(null)" : !list[0] ? "empty" : "some");
    return status;
}

/* The stand-in's status and, in `answer`, what it gave: "" when that is not compared. */
static int ask_for_item(const char *name, const char *recorded, char *answer, size_t size)
{
    size_t i = 0;
    uint32_t number = 0;
    int status;

    while (i < ITEMS && strcmp(items[i].name, name) != 0)
        i++;
    if (i == ITEMS)
        return MISSING;
    learn(i, recorded);
    if (items[i].item == S_JOB_ARGV || items[i].item == S_JOB_ENV ||
        items[i].item == S_JOB_SUPPLEMENTARY_GIDS)
        return ask_for_list(items[i].item, answer, size);
    status = items[i].item == S_JOB_LOCAL_TO_GLOBAL_ID
                 ? spank_get_item(NULL, items[i].item, (uint32_t)0, &number)
                 : spank_get_item(NULL, items[i].item, &number);
    if (status == ESPANK_SUCCESS && strcmp(recorded, "N") != 0)
        snprintf(answer, size, "%u", number);
    return status;
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

/* The question that a line of the recording is about, put to the stand-in; what was
 * recorded behind the status, and what the stand-in gave. */
static int ask(const char *line, const char *recorded, char *answer, size_t size)
{
    char call[32], which[64];

    if (sscanf(line, "%31s %63s", call, which) != 2)
        return MISSING;
    if (strcmp(call, "item") == 0)
        return ask_for_item(which, recorded, answer, size);
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

static void tell_wrong(const char *line, int status, const char *answer)
{
    snprintf(wrong, sizeof(wrong), "# recorded: %.*s\n# the stand-in says %d %.200s\n",
             (int)strcspn(line, "\n"), line, status, answer);
}

static void compare(const char *line)
{
    const char *status = strstr(line, " rc=");
    char recorded[128] = "", answer[128] = "";
    int wanted, got;

    if (!status || sscanf(status, " rc=%d %127[^\n]", &wanted, recorded) < 1)
        return;
    got = ask(line, recorded, answer, sizeof(answer));
    if (got == MISSING)
        return;
    asked++;
    if (got != wanted || (answer[0] && strcmp(answer, recorded) != 0))
        tell_wrong(line, got, answer);
}

static int heard_remote;

static int hear(int value, const char *argument, int remote)
{
    (void)value;
    (void)argument;
    heard_remote = remote;
    return 0;
}

/* As the plugin that recorded does; a process of which the calls alone are kept has no
 * line of it. */
static void register_options(void)
{
    struct spank_option option = {.has_arg = 1, .cb = hear};

    for (int i = 0; i < 2; i++) {
        option.name = (char *)(i == 0 ? "workspace" : "check");
        spank_option_register(NULL, &option);
    }
}

/* "== option workspace argument=vision remote=1": Slurm calls back. */
static void call_back(const char *line)
{
    char name[64];
    int wanted;

    if (sscanf(line, "== option %63s argument=%*s remote=%d", name, &wanted) != 2 &&
        sscanf(line, "== option %63s argument= remote=%d", name, &wanted) != 2)
        return;
    heard_remote = -1;
    asked++;
    if (stub_give_option(name, "x") != 0 || heard_remote != wanted)
        tell_wrong(line, heard_remote, "is remote");
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
    tell_stub_all();
    register_options();
    spank_setenv(NULL, "RECORD_AS", "something", 1);
    return true;
}

static void read_recording(const char *path)
{
    char line[512], process[128] = "", release[16];
    const char *name = strstr(path, "recordings/") + strlen("recordings/");
    FILE *file = fopen(path, "r");
    bool is_played = false;

    snprintf(release, sizeof(release), "%.*s", (int)strcspn(name, "/"), name);
    while (file && fgets(line, sizeof(line), file)) {
        if (sscanf(line, "==== %127s", process) == 1) {
            is_played = false;
            forget_process();
        } else if (is_played && strncmp(line, "== option ", 10) == 0) {
            call_back(line);
        } else if (strncmp(line, "== ", 3) == 0) {
            is_played = begin_place(release, process, line);
        } else if (is_played) {
            compare(line);
        }
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
