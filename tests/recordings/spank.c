/* spank.c: a SPANK plugin that writes down how Slurm calls it and what it answers.
 *
 * It has our plugin's name and two of its options, so that Slurm carries them alike. Each
 * process of a job whose environment has RECORD_AS writes to
 * /home/recording/spank.NAME.WHERE. A line is a call of Slurm's, or what one of its
 * functions returned.
 */
#include <slurm/spank.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

SPANK_PLUGIN(atelier, 1)

#define BATCH_STEP 0xfffffffbu
#define EXTERN_STEP 0xfffffffcu

static const char *where(spank_t spank)
{
    uint32_t step = 0;

    switch (spank_context()) {
    case S_CTX_LOCAL:
        return "local";
    case S_CTX_ALLOCATOR:
        return "allocator";
    case S_CTX_SLURMD:
        return "slurmd";
    case S_CTX_JOB_SCRIPT:
        return "job_script";
    default:
        break;
    }
    if (spank)
        spank_get_item(spank, S_JOB_STEPID, &step);
    return step == BATCH_STEP ? "batch" : step == EXTERN_STEP ? "extern" : "step";
}

static char place[32] = "?"; /* of this process, for the callbacks of options */
static char name[64];

static void find_name(spank_t spank)
{
    const char *own = getenv("RECORD_AS");

    if (!own)
        own = getenv("SPANK_RECORD_AS");
    if (own)
        snprintf(name, sizeof(name), "%s", own);
    else if (!*name && spank_context() == S_CTX_REMOTE)
        spank_getenv(spank, "RECORD_AS", name, sizeof(name));
    if (!*name)
        snprintf(name, sizeof(name), "%s", "nameless");
}

/* The processes of a step write to one file, each call in one piece. */
static FILE *open_recording(void)
{
    static char piece[65536];
    char path[256];
    FILE *file;

    snprintf(path, sizeof(path), "/home/recording/spank.%s.%s", name, place);
    umask(0);
    file = fopen(path, "a");
    if (file)
        setvbuf(file, piece, _IOFBF, sizeof(piece));
    return file;
}

static void write_number(FILE *to, const char *item, int rc, unsigned long long number)
{
    fprintf(to, "item %s rc=%d", item, rc);
    if (rc == 0)
        fprintf(to, " %llu", number);
    fputc('\n', to);
}

#define NUMBER(item, type)                                        \
    do {                                                          \
        type value_ = 0;                                          \
        int rc_ = spank_get_item(spank, item, &value_);           \
        write_number(to, #item, rc_, (unsigned long long)value_); \
    } while (0)

#define MAPPED(item, from, type)                                    \
    do {                                                            \
        uint32_t value_ = 0;                                        \
        int rc_ = spank_get_item(spank, item, (type)from, &value_); \
        write_number(to, #item, rc_, (unsigned long long)value_);   \
    } while (0)

#define TEXT(item)                                                     \
    do {                                                               \
        char *value_ = NULL;                                           \
        int rc_ = spank_get_item(spank, item, &value_);                \
        fprintf(to, "item " #item " rc=%d%s%s\n", rc_, rc_ ? "" : " ", \
                rc_      ? ""                                          \
                : value_ ? value_                                      \
                         : "(null)");                                  \
    } while (0)

static void write_lists(FILE *to, spank_t spank)
{
    char **words = NULL, **variables = NULL;
    gid_t *groups = NULL;
    int count = -1, rc = spank_get_item(spank, S_JOB_ARGV, &count, &words);

    fprintf(to, "item S_JOB_ARGV rc=%d", rc);
    if (rc == 0)
        fprintf(to, " %d %s", count,
                words && count > 0 && words[0] ? words[0] : "(null)");
    rc = spank_get_item(spank, S_JOB_ENV, &variables);
    fprintf(to, "\nitem S_JOB_ENV rc=%d", rc);
    if (rc == 0)
        fprintf(to, " %s", !variables ? "(null)" : !variables[0] ? "empty" : "some");
    rc = spank_get_item(spank, S_JOB_SUPPLEMENTARY_GIDS, &groups, &count);
    fprintf(to, "\nitem S_JOB_SUPPLEMENTARY_GIDS rc=%d", rc);
    if (rc == 0)
        fprintf(to, " %d", count);
    fputc('\n', to);
}

static void write_items(FILE *to, spank_t spank)
{
    NUMBER(S_JOB_UID, uid_t);
    NUMBER(S_JOB_GID, gid_t);
    NUMBER(S_JOB_ID, uint32_t);
    NUMBER(S_JOB_STEPID, uint32_t);
    NUMBER(S_JOB_NNODES, uint32_t);
    NUMBER(S_JOB_NODEID, uint32_t);
    NUMBER(S_JOB_LOCAL_TASK_COUNT, uint32_t);
    NUMBER(S_JOB_TOTAL_TASK_COUNT, uint32_t);
    NUMBER(S_JOB_NCPUS, uint16_t);
    NUMBER(S_TASK_ID, int);
    NUMBER(S_TASK_GLOBAL_ID, uint32_t);
    NUMBER(S_TASK_EXIT_STATUS, int);
    NUMBER(S_TASK_PID, pid_t);
    MAPPED(S_JOB_PID_TO_GLOBAL_ID, getpid(), pid_t);
    MAPPED(S_JOB_LOCAL_TO_GLOBAL_ID, 0, uint32_t);
    MAPPED(S_JOB_GLOBAL_TO_LOCAL_ID, 0, uint32_t);
    NUMBER(S_SLURM_RESTART_COUNT, uint32_t);
    NUMBER(S_JOB_ARRAY_ID, uint32_t);
    NUMBER(S_JOB_ARRAY_TASK_ID, uint32_t);
    TEXT(S_SLURM_VERSION_MAJOR);
    write_lists(to, spank);
}

static void write_environment(FILE *to, spank_t spank)
{
    char buffer[256], small[2];

    fprintf(to, "getenv known rc=%d\n",
            spank_getenv(spank, "RECORD_AS", buffer, sizeof(buffer)));
    fprintf(to, "getenv small rc=%d\n",
            spank_getenv(spank, "RECORD_AS", small, sizeof(small)));
    fprintf(to, "getenv unknown rc=%d\n",
            spank_getenv(spank, "NO_SUCH", buffer, sizeof(buffer)));
    fprintf(to, "setenv new rc=%d\n", spank_setenv(spank, "RECORD_NEW", "1", 0));
    fprintf(to, "setenv again rc=%d\n", spank_setenv(spank, "RECORD_NEW", "2", 0));
    fprintf(to, "setenv over rc=%d\n", spank_setenv(spank, "RECORD_NEW", "3", 1));
    fprintf(to, "unsetenv known rc=%d\n", spank_unsetenv(spank, "RECORD_NEW"));
    fprintf(to, "unsetenv unknown rc=%d\n", spank_unsetenv(spank, "NO_SUCH"));
    /* In the prolog and epilog Slurm's own function of this name ends the process. */
    if (spank_context() != S_CTX_JOB_SCRIPT)
        fprintf(to, "job_control_setenv rc=%d\n",
                spank_job_control_setenv(spank, "RECORD_AS", name, 1));
}

static void write_options(FILE *to)
{
    extern char **environ;

    for (char **one = environ; *one; one++)
        if (strstr(*one, "SLURM_SPANK_OPTION_") || strstr(*one, "RECORD_AS"))
            fprintf(to, "host %s\n", *one);
}

static int option_callback(int value, const char *argument, int remote)
{
    FILE *to = open_recording();

    if (to) {
        fprintf(to, "== option %s argument=%s remote=%d\n", value ? "check" : "workspace",
                argument ? argument : "(null)", remote);
        fclose(to);
    }
    return 0;
}

static struct spank_option options[] = {
    {"workspace", "NAME", "as ours", 1, 0, option_callback},
    {"check", NULL, "as ours", 0, 1, option_callback}};

static int record(spank_t spank, int count, const char *call)
{
    FILE *to;

    find_name(spank);
    snprintf(place, sizeof(place), "%s", where(spank));
    to = open_recording();
    if (!to)
        return 0;
    fprintf(to, "== %s context=%d remote=%d arguments=%d\n", call, (int)spank_context(),
            spank_remote(spank), count);
    if (strcmp(call, "init") == 0 && spank_context() != S_CTX_SLURMD)
        for (int i = 0; i < 2; i++)
            fprintf(to, "register %s rc=%d\n", options[i].name,
                    spank_option_register(spank, &options[i]));
    write_items(to, spank);
    write_environment(to, spank);
    if (spank_context() != S_CTX_SLURMD)
        write_options(to);
    fclose(to);
    return 0;
}

#define CALL(call)                                                 \
    int slurm_spank_##call(spank_t spank, int count, char **words) \
    {                                                              \
        (void)words;                                               \
        return record(spank, count, #call);                        \
    }

CALL(init)
CALL(init_post_opt)
CALL(local_user_init)
CALL(user_init)
CALL(task_init_privileged)
CALL(task_init)
CALL(task_post_fork)
CALL(task_exit)
CALL(job_prolog)
CALL(job_epilog)
CALL(exit)
CALL(slurmd_exit)
