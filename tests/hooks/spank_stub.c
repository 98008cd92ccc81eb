/* spank_stub.c: plays Slurm's plugin interface without Slurm. */
#include "tests/hooks/spank_stub.h"

#include "lib/slurm/slurm_namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

struct stub *stub;

static struct spank_option options[8];
static size_t option_count;

void stub_reset(void)
{
    if (!stub)
        stub = mmap(NULL, sizeof(*stub), PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memset(stub, 0, sizeof(*stub));
    stub->task = -1;
    option_count = 0;
}

int stub_give_option(const char *name, const char *value)
{
    for (size_t i = 0; i < option_count; i++)
        if (strcmp(options[i].name, name) == 0)
            return options[i].cb(options[i].val, value, stub->context == S_CTX_REMOTE);
    return 1;
}

/* The variable's place, or -1. */
static int find(const char *name)
{
    for (int i = 0; i < STUB_VARIABLES; i++)
        if (strcmp(stub->names[i], name) == 0)
            return i;
    return -1;
}

const char *stub_environment(const char *name)
{
    int place = find(name);

    return place < 0 ? NULL : stub->values[place];
}

spank_context_t spank_context(void)
{
    return stub->context;
}

/* A client's variables are not the job's, and a prolog's come from nowhere else. */
static bool has_environment(void)
{
    return stub->context == S_CTX_REMOTE;
}

/* As Slurm does, takes what it is given for the duration of the call only. */
spank_err_t spank_option_register(spank_t spank, struct spank_option *option)
{
    (void)spank;
    options[option_count] = *option;
    options[option_count].name = strdup(option->name);
    option_count++;
    return ESPANK_SUCCESS;
}

spank_err_t spank_getenv(spank_t spank, const char *name, char *buffer, int size)
{
    const char *value = stub_environment(name);

    (void)spank;
    if (!has_environment())
        return ESPANK_NOT_REMOTE;
    if (!value)
        return ESPANK_ENV_NOEXIST;
    if ((size_t)size <= strlen(value))
        return ESPANK_NOSPACE;
    strcpy(buffer, value);
    return ESPANK_SUCCESS;
}

spank_err_t spank_setenv(spank_t spank, const char *name, const char *value,
                         int overwrite)
{
    int place = find(name);

    (void)spank;
    if (!has_environment())
        return ESPANK_NOT_REMOTE;
    if (place >= 0 && !overwrite)
        return ESPANK_ENV_EXISTS;
    if (place < 0)
        place = find("");
    if (place < 0)
        return ESPANK_ERROR;
    snprintf(stub->names[place], sizeof(stub->names[place]), "%s", name);
    snprintf(stub->values[place], sizeof(stub->values[place]), "%s", value);
    return ESPANK_SUCCESS;
}

spank_err_t spank_unsetenv(spank_t spank, const char *name)
{
    int place = find(name);

    (void)spank;
    if (!has_environment())
        return ESPANK_NOT_REMOTE;
    if (place >= 0)
        stub->names[place][0] = '\0';
    return ESPANK_SUCCESS;
}

spank_err_t spank_job_control_setenv(spank_t spank, const char *name, const char *value,
                                     int overwrite)
{
    (void)spank;
    (void)overwrite;
    if (stub->context != S_CTX_LOCAL && stub->context != S_CTX_ALLOCATOR)
        return stub->context == S_CTX_SLURMD ? ESPANK_NOT_AVAIL : ESPANK_NOT_LOCAL;
    snprintf(stub->handed_on, sizeof(stub->handed_on), "%s=%s", name, value);
    return ESPANK_SUCCESS;
}

static bool is_one_of(spank_item_t item, const spank_item_t *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (items[i] == item)
            return true;
    return false;
}

#define IS_ONE_OF(item, items) is_one_of(item, items, sizeof(items) / sizeof((items)[0]))

/* What a client may ask for: srun knows it once its step is about to be launched, which
 * no test plays; of sbatch and salloc Slurm says that the question was wrong. */
static spank_err_t status_in_client(spank_item_t item)
{
    static const spank_item_t whose[] = {S_JOB_UID, S_JOB_GID};
    static const spank_item_t known[] = {S_JOB_ID, S_JOB_STEPID, S_JOB_ENV, S_JOB_ARGV};

    if (IS_ONE_OF(item, whose))
        return ESPANK_NOT_AVAIL;
    if (!IS_ONE_OF(item, known))
        return ESPANK_NOT_REMOTE;
    return stub->context == S_CTX_LOCAL ? ESPANK_NOT_AVAIL : ESPANK_BAD_ARG;
}

/* What Slurm answers to a question for the item: see tests/recordings. */
static spank_err_t status_of(spank_item_t item)
{
    static const spank_item_t of_job[] = {S_JOB_ID, S_JOB_UID, S_JOB_GID};

    switch (stub->context) {
    case S_CTX_REMOTE:
        return item == S_TASK_ID && stub->task < 0 ? ESPANK_NOT_TASK : ESPANK_SUCCESS;
    case S_CTX_JOB_SCRIPT:
        return IS_ONE_OF(item, of_job) ? ESPANK_SUCCESS : ESPANK_NOT_AVAIL;
    case S_CTX_LOCAL:
    case S_CTX_ALLOCATOR:
        return status_in_client(item);
    default:
        return ESPANK_NOT_AVAIL;
    }
}

static void give_program(va_list places)
{
    static char text[sizeof(stub->program)], *words[16];
    int count = 0;

    strcpy(text, stub->program);
    for (char *word = strtok(text, " "); word && count < 16; word = strtok(NULL, " "))
        words[count++] = word;
    *va_arg(places, int *) = count;
    *va_arg(places, char ***) = words;
}

static void give_environment(va_list places)
{
    static char *all[STUB_VARIABLES + 1];
    size_t count = 0;

    for (int i = 0; i < STUB_VARIABLES; i++)
        if (stub->names[i][0] &&
            asprintf(&all[count], "%s=%s", stub->names[i], stub->values[i]) > 0)
            count++;
    all[count] = NULL;
    *va_arg(places, char ***) = all;
}

static void give_rank(va_list places)
{
    uint32_t local = va_arg(places, uint32_t);

    *va_arg(places, uint32_t *) = stub->first_rank + local;
}

static void give_groups(va_list places)
{
    static gid_t groups[1];

    groups[0] = stub->gid;
    *va_arg(places, gid_t **) = groups;
    *va_arg(places, int *) = 1;
}

spank_err_t spank_get_item(spank_t spank, spank_item_t item, ...)
{
    spank_err_t status = status_of(item);
    va_list places;

    (void)spank;
    if (status != ESPANK_SUCCESS)
        return status;
    va_start(places, item);
    if (item == S_JOB_ID)
        *va_arg(places, uint32_t *) = stub->job;
    else if (item == S_JOB_UID)
        *va_arg(places, uid_t *) = stub->uid;
    else if (item == S_JOB_GID)
        *va_arg(places, gid_t *) = stub->gid;
    else if (item == S_JOB_STEPID)
        *va_arg(places, uint32_t *) = stub->step;
    else if (item == S_TASK_ID)
        *va_arg(places, int *) = stub->task;
    else if (item == S_JOB_LOCAL_TASK_COUNT)
        *va_arg(places, uint32_t *) = stub->local_tasks;
    else if (item == S_JOB_NODEID)
        *va_arg(places, uint32_t *) = stub->node_rank;
    else if (item == S_JOB_ENV)
        give_environment(places);
    else if (item == S_JOB_LOCAL_TO_GLOBAL_ID)
        give_rank(places);
    else if (item == S_JOB_SUPPLEMENTARY_GIDS)
        give_groups(places);
    else
        give_program(places);
    va_end(places);
    return ESPANK_SUCCESS;
}

static void say(const char *format, va_list arguments)
{
    size_t length = strlen(stub->said);

    vsnprintf(stub->said + length, STUB_TEXT - length - 1, format, arguments);
    strcat(stub->said, "\n");
}

void slurm_error(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
}

void slurm_info(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
}

/* The kernel's own need root; what matters to most tests is when they are called and what
 * follows. (Linked with --wrap.) */
int __real_unshare(int flags);
int __real_setns(int fd, int kind);
int __wrap_unshare(int flags);
int __wrap_setns(int fd, int kind);

int __wrap_unshare(int flags)
{
    if (stub->real_namespaces || flags != CLONE_FS)
        return __real_unshare(flags);
    stub->unshared = 1;
    return 0;
}

/* In slurmstepd, which has threads, the kernel refuses without unshare(CLONE_FS). */
static int pretend_setns(int fd, int kind)
{
    if (stub->setns_errno || !stub->unshared || fd < 0 || kind != CLONE_NEWNS) {
        errno = stub->setns_errno ? stub->setns_errno : EINVAL;
        return -1;
    }
    return 0;
}

int __wrap_setns(int fd, int kind)
{
    int status = stub->real_namespaces ? __real_setns(fd, kind) : pretend_setns(fd, kind);

    stub->namespace_entries += status == 0;
    return status;
}

/* Until a namespace was entered, the process shows another one than its own, which is the
 * one that keepers pass. */
int __real_stat(const char *path, struct stat *status);
int __wrap_stat(const char *path, struct stat *status);

int __wrap_stat(const char *path, struct stat *status)
{
    int result = __real_stat(path, status);

    if (!stub->real_namespaces && !stub->is_inside && stub->namespace_entries == 0 &&
        strcmp(path, "/proc/self/ns/mnt") == 0)
        status->st_ino = ~status->st_ino; /* that of none */
    return result;
}

/* The true one reads what is mounted. */
int __wrap_slurm_namespace_open(struct slurm_namespace *found, unsigned job,
                                const char *node, struct error *error);

int __wrap_slurm_namespace_open(struct slurm_namespace *found, unsigned job,
                                const char *node, struct error *error)
{
    (void)job;
    (void)node;
    (void)error;
    *found = (struct slurm_namespace){.fd = -1};
    if (stub->is_in_slurms)
        found->fd = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
    return 0;
}
