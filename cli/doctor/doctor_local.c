/* doctor_local.c: whether this machine has what jobs with Atelier need. */
#include "cli/command.h"
#include "cli/doctor/doctor.h"
#include "cli/doctor/doctor_check.h"
#include "cli/output.h"
#include "cli/policy_host.h"
#include "cli/view.h"
#include "lib/ending.h"
#include "lib/slurm/slurm_mpi.h"
#include "lib/slurm/slurm_place.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* The first sentence about the policy that says a problem; NULL when it is good. `trial`
 * is what trial.lua found of its functions. */
static const char *first_problem(struct policy_host *host, const json_t *trial)
{
    const json_t *problems = policy_host_problems(host);

    if (json_array_size(problems) == 0)
        problems = json_object_get(json_array_get(trial, 0), "problems");
    return json_string_value(json_array_get(problems, 0));
}

static bool check_policy(const struct settings *settings, char text[DOCTOR_TEXT_SIZE])
{
    struct error error = {.party = ERROR_NONE};
    struct policy_host *host = policy_host_load(settings, NULL, &error);
    bool is_loaded = host && json_array_size(policy_host_problems(host)) == 0;
    json_t *trial =
        is_loaded ? policy_host_call(host, "atelier.decide.trial", "check", NULL, &error)
                  : NULL;
    const char *problem = host ? first_problem(host, trial) : NULL;

    if (problem)
        snprintf(text, DOCTOR_TEXT_SIZE, "%s; see `atelier policy check`", problem);
    else if (trial)
        snprintf(text, DOCTOR_TEXT_SIZE, "%s is good", settings->policy);
    else
        snprintf(text, DOCTOR_TEXT_SIZE, "%s", error.text);
    json_decref(trial);
    policy_host_destroy(host);
    return trial && !problem;
}

/* Starts it without arguments, which it refuses. `said` gets what it or its loader
 * writes. Whether it starts is all that is asked. */
static void start(struct ending *ending, const char *path, int said)
{
    posix_spawn_file_actions_t actions;
    char *const argv[] = {(char *)path, NULL};
    pid_t child;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, said, STDERR_FILENO);
    for (int fd = 0; fd < STDERR_FILENO; fd++)
        posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
    posix_spawn_file_actions_addclosefrom_np(&actions,
                                             3); /* or it would wait for words */
    ending_begin(ending, path);
    ending->cause = posix_spawn(&child, path, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    while (ending->cause == 0 && waitpid(child, &ending->status, 0) < 0)
        ending->cause = errno == EINTR ? 0 : errno;
}

static bool starts(const char *path, char text[DOCTOR_TEXT_SIZE])
{
    char words[DOCTOR_TEXT_SIZE / 2], why[ENDING_TEXT_SIZE];
    int said = memfd_create("said", MFD_CLOEXEC);
    struct ending ending;
    ssize_t length;

    start(&ending, path, said);
    length = pread(said, words, sizeof(words) - 1, 0);
    words[length > 0 ? length : 0] = '\0';
    if (said >= 0)
        close(said);
    if (!ending_was_not_run(&ending, words) && WIFEXITED(ending.status)) {
        snprintf(text, DOCTOR_TEXT_SIZE, "%s starts", path);
        return true;
    }
    snprintf(text, DOCTOR_TEXT_SIZE, "%s; install Atelier and what it needs here, too",
             ending_describe(&ending, words, why, sizeof(why)));
    return false;
}

static bool check_keeper(const struct settings *settings, char text[DOCTOR_TEXT_SIZE])
{
    return starts(settings->keeper, text);
}

static bool check_nfs(const struct settings *settings, char text[DOCTOR_TEXT_SIZE])
{
    return starts(settings->nfs, text);
}

static bool check_fuse(const struct settings *settings, char text[DOCTOR_TEXT_SIZE])
{
    struct stat device;
    char line[64];
    bool is_known = false;
    FILE *file = fopen("/proc/filesystems", "re");

    (void)settings;
    while (file && fgets(line, sizeof(line), file))
        is_known = is_known || strcmp(line, "nodev\tfuse\n") == 0;
    if (file)
        fclose(file);
    if (!is_known)
        strcpy(text, "the kernel does not know FUSE: nodes that mount by libnfs need "
                     "`modprobe fuse`");
    else if (stat("/dev/fuse", &device) < 0 || !S_ISCHR(device.st_mode))
        strcpy(text, "there is no device /dev/fuse: nodes that mount by libnfs need it");
    else
        strcpy(text, "the kernel has FUSE");
    return strcmp(text, "the kernel has FUSE") == 0;
}

/* A Slurm without it starts all that is not MPI, and MPI by another way. */
static bool check_mpi(const struct settings *settings, char text[DOCTOR_TEXT_SIZE])
{
    bool has_pmix = slurm_mpi_exists("pmix"), has_pmi2 = slurm_mpi_exists("pmi2");

    (void)settings;
    strcpy(text, has_pmix ? "srun has --mpi=pmix"
                 : has_pmi2
                     ? "srun has --mpi=pmi2 and no --mpi=pmix: an MPI that knows PMIx "
                       "alone needs Slurm's plugin mpi_pmix, or mpirun"
                     : "srun has neither --mpi=pmix nor --mpi=pmi2: install Slurm's "
                       "plugin mpi_pmix, or start MPI by mpirun");
    return has_pmix || has_pmi2;
}

static void print_text(const json_t *answers)
{
    json_t *rows = json_array();
    const json_t *answer;
    size_t index;

    json_array_foreach(answers, index, answer)
        json_array_append_new(
            rows, json_pack("[O, s, O]", json_object_get(answer, "check"),
                            json_is_true(json_object_get(answer, "good")) ? "yes" : "NO",
                            json_object_get(answer, "text")));
    view_rows(rows);
    json_decref(rows);
}

int doctor_ask(const struct doctor_check *checks, size_t count,
               const struct settings *settings, doctor_findings *more, bool json)
{
    json_t *answers = json_array();
    bool is_well = true;

    for (size_t i = 0; i < count; i++) {
        char text[DOCTOR_TEXT_SIZE];
        bool is_good = checks[i].ask(settings, text);

        is_well = is_well && is_good;
        json_array_append_new(answers,
                              json_pack("{s:s, s:b, s:s}", "check", checks[i].name,
                                        "good", is_good, "text", text));
    }
    if (more)
        is_well = more(settings, answers) && is_well;
    if (json)
        output_json(answers);
    else
        print_text(answers);
    json_decref(answers);
    return is_well ? COMMAND_GOOD : COMMAND_PROBLEM;
}

int doctor_local(const struct settings *settings, bool json)
{
    static const struct doctor_check checks[] = {
        {"plugin", doctor_plugin},         {"policy", check_policy},
        {"keeper", check_keeper},          {"FUSE", check_fuse},
        {"NFS client", check_nfs},         {"PMIx", check_mpi},
        {"client ids", doctor_client_ids}, {"line", doctor_line},
    };

    return doctor_ask(checks, sizeof(checks) / sizeof(checks[0]), settings,
                      doctor_configuration, json);
}
