/* nfs_longest_test.c: libnfs has room for every remote call with its longest arguments.
 *
 * A call that is queued has been encoded; nothing is connected here. */
#include "tests/unit/unit.h"

#include "nfs/call/call.h"
#include "nfs/lock/lock_request.h"

#include <nfsc/libnfs-raw-mount.h>
#include <string.h>

#define HOST 63 /* of what Linux lets a node be called */

static char long_name[NAME_MAX + 1], target[PATH_MAX], host[HOST + 1], export_path[1024];
static char bytes[CLIENT_TRANSFER_MAX], handle_bytes[NFS3_FHSIZE];
static char caller[CLIENT_CALLER_SIZE];
static struct rpc_context *rpc;

static void fill(char *text, size_t size)
{
    memset(text, 'x', size - 1);
}

static int set_up(void **state)
{
    uint32_t groups[CLIENT_GROUPS_MAX];

    (void)state;
    fill(long_name, sizeof(long_name));
    fill(target, sizeof(target));
    fill(host, sizeof(host));
    fill(export_path, sizeof(export_path));
    fill(caller, sizeof(caller));
    memset(groups, 0xff, sizeof(groups));
    rpc = rpc_init_context();
    rpc_set_auth(rpc, libnfs_authunix_create(host, UINT32_MAX, UINT32_MAX,
                                             CLIENT_GROUPS_MAX, groups));
    return 0;
}

static void never(struct rpc_context *context, int status, void *result, void *data)
{
    (void)context;
    (void)status;
    (void)result;
    (void)data;
}

static int tear_down(void **state)
{
    (void)state;
    rpc_destroy_context(rpc);
    return 0;
}

static struct nfs_fh3 handle(void)
{
    return (struct nfs_fh3){.data = {sizeof(handle_bytes), handle_bytes}};
}

static struct diropargs3 where(void)
{
    return (struct diropargs3){.dir = handle(), .name = long_name};
}

static struct sattr3 attributes(void)
{
    return (struct sattr3){.mode = {.set_it = 1},
                           .uid = {.set_it = 1},
                           .gid = {.set_it = 1},
                           .size = {.set_it = 1},
                           .atime = {.set_it = SET_TO_CLIENT_TIME},
                           .mtime = {.set_it = SET_TO_CLIENT_TIME}};
}

static union procedure_arguments longest(enum procedure procedure)
{
    union procedure_arguments longest = {0};

    switch (procedure) {
    case PROCEDURE_GETATTR:
    case PROCEDURE_ACCESS:
    case PROCEDURE_READLINK:
    case PROCEDURE_READ:
    case PROCEDURE_READDIR:
    case PROCEDURE_READDIRPLUS:
    case PROCEDURE_FSSTAT:
    case PROCEDURE_COMMIT:
        longest.getattr.object = handle(); /* all of these begin with it */
        break;
    case PROCEDURE_LOOKUP:
    case PROCEDURE_REMOVE:
    case PROCEDURE_RMDIR:
        longest.lookup.what = where();
        break;
    case PROCEDURE_SETATTR:
        longest.setattr = (struct SETATTR3args){
            .object = handle(), .new_attributes = attributes(), .guard = {.check = 1}};
        break;
    case PROCEDURE_WRITE:
        longest.write = (struct WRITE3args){
            .file = handle(), .count = sizeof(bytes), .data = {sizeof(bytes), bytes}};
        break;
    case PROCEDURE_CREATE:
        longest.create.where = where();
        longest.create.how.createhow3_u.obj_attributes = attributes();
        break;
    case PROCEDURE_MKDIR:
        longest.mkdir = (struct MKDIR3args){where(), attributes()};
        break;
    case PROCEDURE_SYMLINK:
        longest.symlink = (struct SYMLINK3args){where(), {attributes(), target}};
        break;
    case PROCEDURE_MKNOD:
        longest.mknod.where = where();
        longest.mknod.what.type = NF3CHR;
        longest.mknod.what.mknoddata3_u.chr_device.dev_attributes = attributes();
        break;
    case PROCEDURE_RENAME:
        longest.rename = (struct RENAME3args){where(), where()};
        break;
    case PROCEDURE_LINK:
        longest.link = (struct LINK3args){handle(), where()};
        break;
    }
    return longest;
}

static void procedures_have_room(void **state)
{
    (void)state;
    for (enum procedure i = PROCEDURE_GETATTR; i <= PROCEDURE_LINK; i++) {
        union procedure_arguments arguments = longest(i);

        if (procedure_send(i, rpc, &arguments, never, NULL) < 0)
            fail_msg("procedure %d: %s", (int)i, rpc_get_error(rpc));
    }
}

static void locks_have_room(void **state)
{
    static const enum lock_errand errands[] = {LOCK_TEST, LOCK_RELEASE, LOCK_RECLAIM};
    struct lock_holder holder = {.handle_length = NFS3_FHSIZE, .svid = -1};

    (void)state;
    for (size_t i = 0; i < sizeof(errands) / sizeof(errands[0]); i++) {
        struct lock_request request = {.errand = errands[i],
                                       .holder = &holder,
                                       .kind = LOCK_EXCLUSIVE,
                                       .last = INT64_MAX};

        assert_int_equal(lock_request_send(&request, caller, rpc, never, NULL), 0);
    }
}

static void mounts_have_room(void **state)
{
    (void)state;
    assert_int_equal(rpc_mount3_mnt_async(rpc, never, export_path, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(procedures_have_room, set_up, tear_down),
        cmocka_unit_test_setup_teardown(locks_have_room, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mounts_have_room, set_up, tear_down),
    };

    return RUN_TAP(tests);
}
