/* launch_check.c: runs --check in each task of a step. */
#include "plugin/launch_check.h"

#include "lib/launcher/launcher_meeting.h"
#include "lib/roll/roll_call.h"
#include "lib/roll/roll_socket.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Tries to listen at the port, which another step's task may have, or a program that has
 * nothing to do with the job. */
static void try_own_port(struct roll_call *call, unsigned port)
{
    struct roll_entry *self = &call->self;
    int socket = port ? roll_socket_listen(port) : -1;

    if (port && socket < 0)
        snprintf(
            self->problem, sizeof(self->problem),
            "port %u of %.100s, where rank %u is to listen, cannot be had: %s; start "
            "the step again, which gives it another port, or see who has it with "
            "`ss -tlnp sport = :%u` on %.100s",
            port, self->node, self->rank, strerror(errno), port, self->node);
    if (socket >= 0)
        close(socket);
}

/* Names the mark, a hidden file that belongs to this run of this step alone. */
static int name_mark(char **mark, const struct layout *layout,
                     const struct meeting *meeting, struct error *error)
{
    *mark = NULL;
    if (meeting->directory &&
        asprintf(mark, "%s/.atelier-check-%u.%u.%u", meeting->directory, layout->job,
                 layout->step, layout->restart) < 0)
        return error_set(error, ERROR_NODE, "out of memory for the launch check");
    return 0;
}

/* Whether this task is the one outside of rank 0 that tells when rank 0 never comes. */
static bool is_spokesman(const struct layout *layout, size_t nodes)
{
    return nodes > 1 ? layout->node_rank == 1 && layout->local_rank == 0
                     : layout->local_rank == 1;
}

/* A single task meets nobody, so that it needs no secret. */
static int check_secret(const struct step_secret *secret, const struct layout *layout,
                        const struct meeting *meeting, struct error *error)
{
    if (secret->is_known || layout->tasks == 1)
        return 0;
    if (meeting->rank > 0)
        return -1;
    return error_set(error, ERROR_SITE,
                     "the srun of this step has not loaded Atelier's plugin, which gives "
                     "the tasks a secret to tell each other from strangers by; start the "
                     "step without the check, or tell your administrator");
}

static int take_part(const struct step_secret *secret, const struct layout *layout,
                     const struct meeting *meeting, struct error *error)
{
    struct roll_call call = {
        .secret = &secret->secret,
        .self = {.tasks = layout->tasks,
                 .rank = meeting->rank,
                 .node_rank = layout->node_rank},
        .layout = {.tasks = layout->tasks,
                   .nodes = &meeting->nodes,
                   .tasks_per_node = meeting->tasks_per_node},
        .node = meeting->node,
        .port = meeting->port,
        .milliseconds = ROLL_CALL_MS,
        .speaks = is_spokesman(layout, meeting->nodes.count),
    };
    char *mark;
    int status;

    if (name_mark(&mark, layout, meeting, error) < 0)
        return -1;
    call.mark = mark;
    roll_name_step(call.step, layout->job, layout->step, layout->restart, getuid());
    snprintf(call.self.node, sizeof(call.self.node), "%s", layout->node);
    try_own_port(&call, meeting->own_port);
    status = meeting->rank == 0 ? roll_call_hold(&call, error)
                                : roll_call_answer(&call, error);
    free(mark);
    return status;
}

/* Rank 0 listens on the node where it is, whatever a launcher says. */
static int check_place(const struct layout *layout, const struct meeting *meeting,
                       struct error *error)
{
    if (meeting->rank == 0 && strcmp(meeting->node, layout->node) != 0)
        return error_set(
            error, ERROR_SITE,
            "the processes are to meet on %s, but rank 0 is on %s; tell your "
            "administrator that the launcher's meeting() is wrong",
            meeting->node, layout->node);
    return 0;
}

static int check_layout(const struct start *start, const struct layout *layout,
                        struct error *error)
{
    const struct launcher any = {.directory = start->launcher.directory,
                                 .framework = {.name = "custom"}};
    const struct launcher *launcher =
        start->launcher.framework.name[0] ? &start->launcher : &any;
    struct meeting meeting;
    int status = launcher_meeting(&meeting, launcher, layout, error);

    if (status == 0)
        status = check_place(layout, &meeting, error);
    if (status == 0)
        status = check_secret(&start->secret, layout, &meeting, error);
    if (status == 0)
        status = take_part(&start->secret, layout, &meeting, error);
    launcher_meeting_release(&meeting);
    return status;
}

int launch_check(const struct start *start, struct spank_handle *spank,
                 struct error *error)
{
    struct error found = {.party = ERROR_NONE};
    struct step_layout read;
    int status = step_layout_read(&read, spank, &start->step, &start->ours, &found);

    if (status == 0)
        status = check_layout(start, &read.layout, &found);
    step_layout_release(&read);
    error_wrap(error, &found, "launch check");
    return status;
}
