/* nfs_refused_test.c: what the NFS client keeps when the kernel refuses an answer.
 *
 * It also looks at what is kept when the kernel looks a file up for the 4294967296th
 * time, and when the end of one file's writes is another's.
 *
 * The client is whole but for libfuse's answers, which end here, and for a server: what
 * is sent waits in a connection that is down, and is answered by the tests. */
#include "tests/unit/unit.h"

#include "nfs/call/connection.h"
#include "nfs/file/extent.h"
#include "nfs/name/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define REQUEST ((fuse_req_t)(uintptr_t)1) /* nobody looks into it */

static struct server server = {
    .entry = {.connections = 1, .attribute_cache_ms = FILE_SERVER_LIKE_THE_KERNEL}};
static struct connection connection;
static struct writeback writeback;
static struct volume volume;
static struct inode_bound bound = {.kept = SIZE_MAX, .most = SIZE_MAX};
static struct fuse_file_info opened;
static int verdict; /* the kernel's, of an answer */

void *fuse_req_userdata(fuse_req_t request)
{
    (void)request;
    return &volume;
}

const struct fuse_ctx *fuse_req_ctx(fuse_req_t request)
{
    static const struct fuse_ctx context;

    (void)request;
    return &context;
}

void fuse_req_interrupt_func(fuse_req_t request, fuse_interrupt_func_t function,
                             void *data)
{
    (void)request;
    (void)function;
    (void)data;
}

int fuse_reply_open(fuse_req_t request, const struct fuse_file_info *file)
{
    (void)request;
    opened = *file;
    return 0;
}

int fuse_reply_buf(fuse_req_t request, const char *buffer, size_t size)
{
    (void)request;
    (void)buffer;
    assert_true(size > 0);
    return verdict;
}

int fuse_reply_err(fuse_req_t request, int cause)
{
    (void)request;
    assert_int_equal(cause, 0);
    return 0;
}

static struct inode *inode_called(const char *name)
{
    struct nfs_fh3 handle = {.data = {(u_int)strlen(name), (char *)name}};

    return inode_get(&volume.inodes, &handle);
}

static int set_up(void **state)
{
    (void)state;
    connection_init(&connection, &server, NULL);
    writeback_init(&writeback);
    volume = (struct volume){.server = &server,
                             .connections = &connection,
                             .writeback = &writeback,
                             .write_max = 65536};
    if (inode_table_init(&volume.inodes, &bound) < 0)
        return -1;
    volume.root = inode_called("root");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    connection_release(&connection);
    writeback_release(&writeback);
    inode_table_release(&volume.inodes);
    return 0;
}

static void list_two_names(void)
{
    struct entryplus3 second = {.fileid = 2, .name = (char *)"b", .cookie = 2};
    struct entryplus3 first = {
        .fileid = 1, .name = (char *)"a", .cookie = 1, .nextentry = &second};
    struct READDIRPLUS3res result = {.status = NFS3_OK};
    struct call *call;

    first.name_attributes.attributes_follow = second.name_attributes.attributes_follow =
        1;
    first.name_attributes.post_op_attr_u.attributes.type = NF3REG;
    second.name_attributes.post_op_attr_u.attributes.type = NF3REG;
    first.name_handle.handle_follows = second.name_handle.handle_follows = 1;
    first.name_handle.post_op_fh3_u.handle.data.data_val = first.name;
    first.name_handle.post_op_fh3_u.handle.data.data_len = 1;
    second.name_handle.post_op_fh3_u.handle.data.data_val = second.name;
    second.name_handle.post_op_fh3_u.handle.data.data_len = 1;
    result.READDIRPLUS3res_u.resok.reply.entries = &first;
    result.READDIRPLUS3res_u.resok.reply.eof = 1;
    opened = (struct fuse_file_info){.flags = O_NONBLOCK};
    directory_opendir(REQUEST, FUSE_ROOT_ID, &opened);
    call = connection.first;
    assert_non_null(call);
    assert_int_equal(call->procedure, PROCEDURE_READDIRPLUS);
    call->done(call, &result);
    directory_readdirplus(REQUEST, FUSE_ROOT_ID, 4096, 0, &opened);
    assert_null(connection.first); /* the listing came with the opening */
    directory_releasedir(REQUEST, FUSE_ROOT_ID, &opened);
}

static void a_listing_that_the_kernel_takes_is_remembered(void **state)
{
    struct inode *inode;

    (void)state;
    verdict = 0;
    list_two_names();
    assert_int_equal(volume.inodes.count, 3);
    inode = inode_called("b");
    assert_int_equal(inode->lookups, 1);
    inode_drop(&volume.inodes, inode);
}

static void of_a_listing_that_the_kernel_refuses_nothing_stays(void **state)
{
    (void)state;
    verdict = -ENOENT;
    list_two_names();
    assert_int_equal(volume.inodes.count, 1);
}

static void a_name_is_looked_up_without_end(void **state)
{
    struct inode *inode = inode_called("library");

    (void)state;
    inode->lookups = UINT32_MAX;
    inode->lookups++;
    inode_drop(&volume.inodes, inode);
    assert_int_equal(volume.inodes.count, 2);
    inode_forget(&volume.inodes, inode, UINT64_C(1) << 31);
    assert_int_equal(volume.inodes.count, 2);
    inode_forget(&volume.inodes, inode, UINT64_C(1) << 31);
    assert_int_equal(volume.inodes.count, 1);
}

/* As an fsync does that waited behind a write, once the error has been told. */
static void end_writes(struct call *call)
{
    writes_error(call->inode, true);
    call_finish(call);
}

static void a_file_may_end_while_all_are_pressed(void **state)
{
    struct inode *first = inode_called("first"), *second = inode_called("second");
    struct call *waiting = call_begin_unasked(&volume, second);

    (void)state;
    assert_int_equal(writes_keep(&volume, first, 0, "data", 4, NULL), 0);
    waiting->size = 1;
    writeback.held += WRITES_HELD_MOST;
    writes_await(waiting, WAIT_ROOM, end_writes);
    writeback.held -= WRITES_HELD_MOST;
    assert_non_null(second->writes);
    writeback_press(&writeback);
    assert_null(second->writes);
    assert_true(first->writes->press);
    inode_drop(&volume.inodes, first);
    inode_drop(&volume.inodes, second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_listing_that_the_kernel_takes_is_remembered,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            of_a_listing_that_the_kernel_refuses_nothing_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_name_is_looked_up_without_end, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_file_may_end_while_all_are_pressed, set_up,
                                        tear_down),
    };

    return RUN_TAP(tests);
}
