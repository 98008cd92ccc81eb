/* probe.c: writes a file to each volume to see whether the user can. */
#include "nfs/probe.h"

#include "nfs/call/status.h"
#include "nfs/client.h"
#include "nfs/name/attributes.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define PREFIX ".atelier-probe-"
#define RANDOM_BYTES 16
#define CONTENT_SIZE 4096 /* a block, so that a full disk or quota shows */

struct probe_step {
    bool arrived, refused; /* refused by RPC, not by the file system */
    int status;            /* nfsstat3 */
};

struct probe {
    const struct volume *volume;
    char name[sizeof(PREFIX) + 2 * RANDOM_BYTES];
    char handle[NFS3_FHSIZE];
    u_int handle_length; /* 0: the server did not say */
    bool made;
    struct probe_step create, write, remove;
};

struct probes {
    struct preflight *preflight;
    struct rpc_context *rpc;
    struct probe *list; /* CLIENT_VOLUMES_MAX of them */
    size_t count;
};

/* Takes a result; `status` is the first field of every one. */
static bool arrive(struct probe_step *step, int status, const void *result)
{
    step->arrived = true;
    step->refused = status != RPC_STATUS_SUCCESS || !result;
    if (!step->refused)
        step->status = (int)*(const nfsstat3 *)result;
    return !step->refused && step->status == NFS3_OK;
}

static void on_create(struct rpc_context *rpc, int status, void *result, void *data)
{
    struct probe *probe = data;
    const struct post_op_fh3 *made;
    u_int length;

    (void)rpc;
    probe->made = arrive(&probe->create, status, result);
    if (!probe->made)
        return;
    made = &((const CREATE3res *)result)->CREATE3res_u.resok.obj;
    if (!made->handle_follows)
        return;
    length = made->post_op_fh3_u.handle.data.data_len;
    if (length > sizeof(probe->handle))
        return;
    memcpy(probe->handle, made->post_op_fh3_u.handle.data.data_val, length);
    probe->handle_length = length;
}

static void on_write(struct rpc_context *rpc, int status, void *result, void *data)
{
    (void)rpc;
    arrive(&((struct probe *)data)->write, status, result);
}

static void on_remove(struct rpc_context *rpc, int status, void *result, void *data)
{
    (void)rpc;
    arrive(&((struct probe *)data)->remove, status, result);
}

static int skip(struct probe_step *step)
{
    step->arrived = true;
    return 0;
}

static int choose_name(struct probe *probe)
{
    unsigned char bits[RANDOM_BYTES];
    char *end = stpcpy(probe->name, PREFIX);

    if (getrandom(bits, sizeof(bits), GRND_NONBLOCK) != sizeof(bits))
        return -1;
    for (size_t i = 0; i < sizeof(bits); i++)
        end += sprintf(end, "%02x", bits[i]);
    return 0;
}

static struct diropargs3 place_of(struct probe *probe)
{
    struct diropargs3 place = {.dir = inode_handle(probe->volume->root),
                               .name = probe->name};

    return place;
}

static int send_create(struct probes *probes, struct probe *probe)
{
    struct CREATE3args arguments = {.where = place_of(probe), .how.mode = GUARDED};

    attributes_of_mode(&arguments.how.createhow3_u.g_obj_attributes, 0600);
    return rpc_nfs3_create_async(probes->rpc, on_create, &arguments, probe);
}

/* Writes to the disk, since otherwise only the job might run into a quota. */
static int send_write(struct probes *probes, struct probe *probe)
{
    static char content[CONTENT_SIZE];
    struct WRITE3args arguments = {
        .file.data = {.data_len = probe->handle_length, .data_val = probe->handle},
        .count = CONTENT_SIZE,
        .stable = FILE_SYNC,
        .data = {.data_len = CONTENT_SIZE, .data_val = content}};

    if (!probe->made || probe->handle_length == 0)
        return skip(&probe->write);
    return rpc_nfs3_write_async(probes->rpc, on_write, &arguments, probe);
}

static int send_remove(struct probes *probes, struct probe *probe)
{
    struct REMOVE3args arguments = {.object = place_of(probe)};

    if (!probe->made)
        return skip(&probe->remove);
    return rpc_nfs3_remove_async(probes->rpc, on_remove, &arguments, probe);
}

static int judge(const struct probes *probes, const struct probe *probe,
                 const struct probe_step *step, const char *what, const char *advice,
                 struct error *error)
{
    char text[320];

    if (!step->refused && step->status == NFS3_OK)
        return 0;
    probes->preflight->culprit = probe->volume->name;
    snprintf(
        text, sizeof(text), "cannot be written by the job's user: %s gave `%s`; %s", what,
        step->refused ? "no valid answer" : strerror(status_errno(step->status)), advice);
    return preflight_say(probes->preflight, error, text);
}

/* Does one step of all probes: sends, and then waits for each. Returns -1 with `error`
 * filled for the first that did not go well; the others have arrived all the same. */
static int run_probe_step(struct probes *probes,
                          int (*send)(struct probes *, struct probe *), size_t offset,
                          const char *what, const char *advice, struct error *error)
{
    size_t sent = 0;

    while (sent < probes->count && send(probes, &probes->list[sent]) == 0)
        sent++;
    if (sent < probes->count)
        error_set(error, ERROR_NODE, "out of memory");
    for (size_t i = 0; i < sent; i++) {
        const struct probe *probe = &probes->list[i];
        const struct probe_step *step = (const void *)((const char *)probe + offset);

        probes->preflight->culprit = probe->volume->name;
        if (preflight_await(probes->preflight, probes->rpc, &step->arrived, error) < 0)
            return -1;
        probes->preflight->culprit = NULL;
    }
    for (size_t i = 0; i < sent; i++) {
        const struct probe *probe = &probes->list[i];

        if (judge(probes, probe, (const void *)((const char *)probe + offset), what,
                  advice, error) < 0)
            return -1;
    }
    return sent < probes->count ? -1 : 0;
}

#define RUN_STEP(probes, step, what, advice, error) \
    run_probe_step(probes, send_##step, offsetof(struct probe, step), what, advice, error)

static int run(struct probes *probes, struct error *error)
{
    struct error later = {0};
    const char *culprit;
    int status;

    status =
        RUN_STEP(probes, create, "making a file",
                 "check the export's mode and who may write to its top directory", error);
    if (status == 0)
        status = RUN_STEP(probes, write, "writing 4 KiB",
                          "make room there, or raise the quota", error);
    culprit = probes->preflight->culprit;
    if (RUN_STEP(probes, remove, "removing a file",
                 "check who may change its top directory", &later) < 0 &&
        status == 0)
        return error_pass(error, &later);
    if (status < 0)
        probes->preflight->culprit = culprit;
    return status;
}

int probe_volumes(struct preflight *preflight, struct rpc_context *rpc,
                  struct error *error)
{
    /* Static, since late answers still write to it. */
    static struct probe list[CLIENT_VOLUMES_MAX];
    struct probes probes = {.preflight = preflight, .rpc = rpc, .list = list};
    int status = 0;

    for (size_t i = 0; i < preflight->volume_count && status == 0; i++) {
        struct probe *probe = &probes.list[probes.count];

        if (!preflight->volumes[i].probe || preflight->volumes[i].read_only)
            continue;
        *probe = (struct probe){.volume = &preflight->volumes[i]};
        probes.count++;
        status = choose_name(probe);
    }
    if (status < 0)
        error_set(error, ERROR_NODE, "the kernel has no random bits yet");
    else if (probes.count > 0)
        status = run(&probes, error);
    return status;
}
