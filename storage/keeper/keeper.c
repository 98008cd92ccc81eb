/* keeper.c: prepares a job's user, plan, namespace and volumes, and then answers. */
#include "storage/keeper/keeper.h"

#include "lib/log.h"
#include "lib/message.h"
#include "lib/process.h"
#include "lib/protocol/keeper_message.h"
#include "lib/protocol/keeper_protocol.h"
#include "storage/client/client_id.h"
#include "storage/client/loss.h"
#include "storage/mount/job_directories.h"
#include "storage/mount/namespace.h"
#include "storage/volume/unmount.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLACE_SIZE 256
#define FAILURE_MS 300 /* of the start's time, for the namespace of a job that failed */

/* Keeps users from reading the keeper's memory, which holds the policy, and the kernel
 * from killing the keeper when the job uses up memory. */
static void protect_process(void)
{
    const struct rlimit none = {0, 0};
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    ssize_t written = write(file, "-500", 4);

    (void)written; /* where it is not allowed, the keeper goes on without */
    if (file >= 0)
        close(file);
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
}

/* Leaves the prolog's process group, which slurmd kills, and its descriptors, which
 * slurmd reads until they are closed. */
static void become_daemon(int report)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    sigset_t blocked;

    setsid();
    umask(022);
    for (int fd = 0; fd <= 2; fd++)
        dup2(null, fd);
    process_keep_only(report);
    if (chdir("/") < 0)
        _exit(1);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM); /* keeper_loop reads it */
    sigprocmask(SIG_SETMASK, &blocked, NULL);
    protect_process();
}

static int make_namespace(struct keeper *keeper, struct error *error)
{
    if (namespace_enter(error) < 0)
        return -1;
    keeper->in_namespace = true;
    keeper->namespace_fd = namespace_descriptor(error);
    return keeper->namespace_fd < 0 ? -1 : 0;
}

static bool needs_client(const struct plan *plan)
{
    for (size_t i = 0; i < plan->volume_count; i++)
        if (strcmp(plan->volumes[i].kind, "nfs") == 0)
            return true;
    return false;
}

static int choose_client(struct keeper *keeper, const struct deadline *deadline,
                         struct error *error)
{
    struct settings_ids range = settings_client_ids(keeper->settings);

    return needs_client(keeper->plan)
               ? client_id_choose(&keeper->directory, &range, keeper->facts.job, deadline,
                                  &keeper->identity.client, error)
               : 0;
}

static int start_storage(struct keeper *keeper, const struct deadline *deadline,
                         struct error *error)
{
    if (choose_client(keeper, deadline, error) < 0 ||
        storage_start(&keeper->storage, keeper->settings, keeper->plan, &keeper->identity,
                      &keeper->facts, deadline, error) < 0)
        return -1;
    keeper->has_storage = true;
    keeper->mounted = clock_milliseconds();
    keeper_outage_start(keeper);
    return 0;
}

/* Notes the directories for whoever clears up after a keeper that was killed. Without the
 * notes, they are left to the next job, or to the site. */
static void note_directories(const struct keeper *keeper)
{
    if (job_directories_shared(keeper->plan) &&
        job_directories_is_keeper_of_shared(&keeper->facts))
        run_directory_note_shared(&keeper->directory);
    for (size_t i = 0; i < keeper->plan->volume_count; i++)
        if (strcmp(keeper->plan->volumes[i].name, PLAN_JOB_TEMP) == 0)
            run_directory_note_temp(&keeper->directory, keeper->plan->volumes[i].path);
}

static int carry_out_plan(struct keeper *keeper, const struct deadline *deadline,
                          struct error *error)
{
    if (job_directories_add(keeper->plan, keeper->settings, &keeper->facts, error) < 0)
        return -1;
    note_directories(keeper);
    return keeper_answer_add_plan(keeper, error) < 0 ||
                   start_storage(keeper, deadline, error) < 0
               ? -1
               : 0;
}

/* The namespace is made first, so that a job that the policy refuses has one as well. */
static int prepare_workspace(struct keeper *keeper, const struct deadline *deadline,
                             struct error *error)
{
    return make_namespace(keeper, error) < 0 ||
                   keeper_make_plan(keeper, deadline, error) < 0 ||
                   carry_out_plan(keeper, deadline, error) < 0
               ? -1
               : 0;
}

/* A job that asks for nothing has a workspace only if the policy says so. As long as that
 * is not known, a failure does not fail the job. */
static int prepare_default(struct keeper *keeper, const struct deadline *deadline,
                           struct error *error)
{
    int status = keeper_make_plan(keeper, deadline, error);

    if (!keeper->plan)
        return 0;
    if (make_namespace(keeper, error) == 0 && status == 0)
        return carry_out_plan(keeper, deadline, error);
    keeper_answer_add_plan(keeper, NULL);
    return -1;
}

static int prepare_all(struct keeper *keeper, const struct deadline *deadline,
                       struct error *error)
{
    return facts_ask(&keeper->facts) ? prepare_workspace(keeper, deadline, error)
                                     : prepare_default(keeper, deadline, error);
}

bool keeper_has_workspace(const struct keeper *keeper)
{
    return facts_ask(&keeper->facts) || keeper->plan;
}

static void describe_place(const struct keeper *keeper, char place[PLACE_SIZE])
{
    char workspace[NAME_QUOTED_SIZE];

    name_quote(record_get(keeper->answer, "workspace"), workspace, sizeof(workspace));
    snprintf(place, PLACE_SIZE, "workspace `%s` on node %s after %.1f s", workspace,
             keeper->facts.node,
             (double)(clock_milliseconds() - keeper->started) / 1000.0);
}

/* Another node or time may help against a slurmctld that did not answer, a fault of a
 * file server, or a volume that this node alone lacks; against other faults it does not
 * help. */
static bool is_worth_another_try(const struct keeper *keeper, const struct error *error)
{
    const struct plan_volume *culprit = keeper->storage.culprit;

    if (keeper->is_unanswered)
        return true;
    if (!culprit || !culprit->requeue)
        return false;
    return error->party == ERROR_STORAGE ||
           (error->party == ERROR_NODE && strcmp(culprit->kind, "nfs") != 0);
}

/* Makes the fault of the job on this node from the cause alone. */
static void describe_fault(const struct keeper *keeper, struct fault *fault)
{
    const struct plan_volume *culprit = keeper->storage.culprit;
    char place[PLACE_SIZE], what[PLACE_SIZE + NAME_LENGTH_MAX + sizeof(": volume ``")];

    describe_place(keeper, place);
    snprintf(what, sizeof(what), culprit ? "%s: volume `%s`" : "%s: its volumes", place,
             culprit ? culprit->name : "");
    fault_write_notice(fault, what);
    fault_add_place(fault, place);
    fault->requeue = is_worth_another_try(keeper, &fault->error);
}

/* Makes the failed job's namespace with its scratch directories. Without them the job
 * still fails with `fault`; where no namespace could be made, steps stay in the one that
 * they are in. */
static int settle_for_failure(struct keeper *keeper, struct fault *fault)
{
    if (keeper->in_namespace)
        namespace_make_scratch(keeper->settings->mounts, keeper->plan, keeper->facts.uid,
                               keeper->facts.gid, NULL);
    if (keeper->namespace_fd < 0)
        keeper->namespace_fd = namespace_descriptor(NULL);
    describe_fault(keeper, fault);
    return keeper_message_add_fault(keeper->answer, "failed", fault);
}

int keeper_prepare(struct keeper *keeper, const struct deadline *deadline)
{
    struct deadline own = deadline_after(deadline_left(deadline) - FAILURE_MS);
    struct fault fault = {0};
    bool is_well;
    int status;

    if (keeper_answer_create(keeper, &fault.error) < 0)
        return -1;
    if (prepare_all(keeper, &own, &fault.error) < 0)
        status = settle_for_failure(keeper, &fault);
    else if (fault.error.party != ERROR_NONE)
        status = keeper_message_add_fault(keeper->answer, "failed", &fault);
    else
        status = keeper_answer_ready(keeper);
    is_well = fault.error.party == ERROR_NONE;
    if (!keeper_has_workspace(keeper) && is_well)
        return status;
    keeper_log(keeper,
               is_well                        ? "start"
               : keeper_has_workspace(keeper) ? "failed"
                                              : "left-alone",
               clock_milliseconds() - keeper->started, NULL);
    return status;
}

static void report_seconds(const struct keeper *keeper, struct record *report)
{
    char key[NAME_LENGTH_MAX + sizeof(".seconds")];

    for (size_t i = 0; i < keeper->plan->volume_count; i++) {
        if (strcmp(keeper->plan->volumes[i].name, PLAN_JOB_TEMP) == 0)
            continue;
        snprintf(key, sizeof(key), "%s.seconds", keeper->plan->volumes[i].name);
        record_setf(report, key, "%.1f",
                    (double)(clock_milliseconds() - keeper->mounted) / 1000.0);
    }
}

static void end_storage(struct keeper *keeper)
{
    long long began = clock_milliseconds();
    struct record *done = record_create();
    struct fault loss = {0};

    keeper_graft_end(keeper);
    if (keeper->has_storage && done) {
        if (keeper->is_last_run && job_directories_is_keeper_of_shared(&keeper->facts))
            storage_remove_shared(&keeper->storage, &keeper->identity, &keeper->facts,
                                  done);
        storage_end(&keeper->storage, done);
        report_seconds(keeper, done);
        keeper_outage_report(keeper, done);
        /* A sentence that was told while the job ran stays; the log's line has the
         * bytes. */
        if (loss_check(keeper->plan, keeper->facts.node, done, &loss) < 0 &&
            !record_get(keeper->answer, "error"))
            keeper_message_add_fault(keeper->answer, "failed", &loss);
    } else if (keeper->in_namespace)
        unmount_by_force(keeper->settings->mounts, keeper->plan);
    keeper_log(keeper, "stopped", clock_milliseconds() - began, done);
    record_destroy(done);
}

static void answer_stopped(const struct keeper *keeper, int peer)
{
    struct deadline now = deadline_after(0);
    struct record *answer = keeper_message_answer("stopped");

    if (answer)
        keeper_answer_add_loss(keeper, answer);
    message_hand(peer, answer, -1, &now, NULL);
    close(peer);
}

static void release(struct keeper *keeper)
{
    record_destroy(keeper->answer);
    plan_destroy(keeper->plan);
    identity_release(&keeper->identity);
    close(keeper->listener);
    if (keeper->namespace_fd >= 0)
        close(keeper->namespace_fd);
}

/* Listens before the slow part, so that a stop that comes early is heard. */
static int open_socket(struct keeper *keeper, struct error *error)
{
    if (run_directory_name(&keeper->directory, keeper->settings->run, keeper->facts.node,
                           keeper->facts.job, error) < 0 ||
        run_directory_open(&keeper->directory, error) < 0 ||
        run_directory_hold(&keeper->directory, error) < 0)
        return -1;
    keeper->listener = run_directory_listen(&keeper->directory);
    return keeper->listener >= 0 ? 0
                                 : error_set(error, ERROR_NODE, "cannot listen in %s: %s",
                                             keeper->directory.path, strerror(errno));
}

/* Removes the directory first, since steps find the keeper by it. */
static void leave(struct keeper *keeper, const struct deadline *deadline)
{
    run_directory_remove(&keeper->directory);
    if (keeper_answer_ready(keeper) == 0)
        message_send(PROCESS_SOCKET, keeper->answer, -1, deadline, NULL);
    release(keeper);
}

/* For a script: Slurm has made its namespace before it runs the script of the prolog,
 * while the extern step tells of it where the plugin has started the keeper. */
static void look_for_graft(struct keeper *keeper, struct slurm_namespace *made,
                           const struct error *found, const struct deadline *deadline)
{
    struct fault fault = {.requeue = false};

    if (made->fd >= 0 || found->party)
        keeper_graft(keeper, made, found, deadline, &fault);
    slurm_namespace_close(made);
}

void keeper_run(const struct command_line *line, int report,
                const struct deadline *deadline)
{
    /* Static, since the tables of servers and groups make it large. */
    static struct keeper keeper;
    struct slurm_namespace made = {.fd = -1};
    struct error error = {0}, found = {0};
    int peer;

    become_daemon(report);
    log_open(line->settings.log);
    keeper.settings = &line->settings;
    keeper.facts = line->facts;
    keeper.started = clock_milliseconds();
    keeper.namespace_fd = -1;
    keeper_graft_begin(&keeper);
    if (line->is_script)
        slurm_namespace_open(&made, keeper.facts.job, keeper.facts.node, &found);
    if (open_socket(&keeper, &error) < 0 || keeper_prepare(&keeper, deadline) < 0)
        return;
    if (!keeper_has_workspace(&keeper)) {
        slurm_namespace_close(&made);
        leave(&keeper, deadline);
        return;
    }
    look_for_graft(&keeper, &made, &found, deadline);
    message_send(PROCESS_SOCKET, keeper.answer, -1, deadline, NULL);
    close(PROCESS_SOCKET);
    peer = keeper_loop(&keeper);
    end_storage(&keeper);
    run_directory_remove(&keeper.directory);
    if (peer >= 0)
        answer_stopped(&keeper, peer);
    release(&keeper);
}
