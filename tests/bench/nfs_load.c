/* nfs_load.c: the same load on a mounted file and on raw libnfs (tests/bench/volumes).
 *
 *     nfs_load file FILE random DEPTH COUNT
 *         4 KiB reads of a mounted file, by Linux AIO
 *     nfs_load raw EXPORT NAME random DEPTH COUNT CONNECTIONS THREADS
 *         the same reads, by libnfs alone
 *     nfs_load raw EXPORT NAME read DEPTH COUNT CONNECTIONS THREADS
 *         READs of 1 MiB in order, by libnfs alone
 *
 * The server is at 127.0.0.1, ports 2049 and 20048. COUNT reads in all, DEPTH under way
 * at any time. With THREADS, each connection has a thread and an event loop of its own;
 * else one loop serves them all. Prints microseconds.
 */
#include <fcntl.h>
#include <sys/time.h>

#include <nfsc/libnfs.h>
#include <nfsc/libnfs-raw.h>
#include <nfsc/libnfs-raw-mount.h>
#include <nfsc/libnfs-raw-nfs.h>

#include <linux/aio_abi.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SMALL 4096
#define LARGE 1048576
#define MOST 256

struct stream {
    struct rpc_context *rpc;
    struct nfs_fh3 handle;
    bool answered;
    uint64_t size;
    bool random;
    unsigned long left, under_way, position, blocks;
    unsigned seed;
};

static void give_up(const char *what)
{
    perror(what);
    exit(1);
}

static unsigned long next_block(struct stream *stream)
{
    if (!stream->random)
        return stream->position++ % stream->blocks;
    stream->seed = stream->seed * 1664525u + 1013904223u;
    return stream->seed % stream->blocks;
}

static void read_more(struct stream *stream);

static void read_done(struct rpc_context *rpc, int status, void *data, void *private)
{
    struct stream *stream = private;
    const struct READ3res *result = data;

    (void)rpc;
    if (status != RPC_STATUS_SUCCESS || result->status != NFS3_OK)
        give_up("read");
    stream->under_way--;
    read_more(stream);
}

static void read_more(struct stream *stream)
{
    size_t size = stream->random ? SMALL : LARGE;
    struct READ3args arguments = {.file = stream->handle, .count = (u_int)size};

    if (stream->left == 0)
        return;
    stream->left--;
    stream->under_way++;
    arguments.offset = next_block(stream) * size;
    if (rpc_nfs3_read_async(stream->rpc, read_done, &arguments, stream) < 0)
        give_up("rpc_nfs3_read_async");
}

static void serve(struct stream *streams, unsigned count)
{
    struct pollfd polled[MOST];

    for (;;) {
        unsigned long under_way = 0;

        for (unsigned i = 0; i < count; i++) {
            polled[i].fd = rpc_get_fd(streams[i].rpc);
            polled[i].events = (short)rpc_which_events(streams[i].rpc);
            under_way += streams[i].under_way;
        }
        if (under_way == 0)
            return;
        if (poll(polled, count, -1) < 0)
            give_up("poll");
        for (unsigned i = 0; i < count; i++)
            if (polled[i].revents && rpc_service(streams[i].rpc, polled[i].revents) < 0)
                give_up("rpc_service");
    }
}

static void *serve_one(void *data)
{
    serve(data, 1);
    return NULL;
}

static void keep_handle(struct stream *stream, u_int length, const char *bytes)
{
    stream->handle.data.data_len = length;
    stream->handle.data.data_val = memcpy(malloc(length), bytes, length);
}

static void answered(struct rpc_context *rpc, int status, void *data, void *private)
{
    struct stream *stream = private;

    (void)data;
    if (status != RPC_STATUS_SUCCESS)
        give_up(rpc_get_error(rpc));
    stream->answered = true;
}

static void root_found(struct rpc_context *rpc, int status, void *data, void *private)
{
    const struct mountres3 *result = data;
    const fhandle3 *handle = &result->mountres3_u.mountinfo.fhandle;

    answered(rpc, status, data, private);
    if (result->fhs_status != MNT3_OK)
        give_up("mount");
    keep_handle(private, handle->fhandle3_len, handle->fhandle3_val);
}

static void file_found(struct rpc_context *rpc, int status, void *data, void *private)
{
    const struct LOOKUP3res *result = data;
    const struct LOOKUP3resok *found = &result->LOOKUP3res_u.resok;
    struct stream *stream = private;

    answered(rpc, status, data, private);
    if (result->status != NFS3_OK)
        give_up("lookup");
    keep_handle(stream, found->object.data.data_len, found->object.data.data_val);
    stream->size = found->obj_attributes.post_op_attr_u.attributes.size;
}

static void await_answer(struct stream *stream)
{
    while (!stream->answered) {
        struct pollfd polled = {.fd = rpc_get_fd(stream->rpc),
                                .events = (short)rpc_which_events(stream->rpc)};

        if (poll(&polled, 1, 5000) < 1 || rpc_service(stream->rpc, polled.revents) < 0)
            give_up("no answer");
    }
    stream->answered = false;
}

static void connect_stream(struct stream *stream, int port, int program)
{
    stream->rpc = rpc_init_context();
    rpc_set_uid(stream->rpc, 1000);
    rpc_set_gid(stream->rpc, 1000);
    if (rpc_connect_port_async(stream->rpc, "127.0.0.1", port, program, 3, answered,
                               stream) < 0)
        give_up("connect");
    await_answer(stream);
}

static void open_stream(struct stream *stream, const char *export, const char *name,
                        bool random)
{
    struct LOOKUP3args lookup;

    connect_stream(stream, 20048, MOUNT_PROGRAM);
    rpc_mount3_mnt_async(stream->rpc, root_found, (char *)export, stream);
    await_answer(stream);
    rpc_destroy_context(stream->rpc);
    connect_stream(stream, 2049, NFS_PROGRAM);
    lookup.what.dir = stream->handle;
    lookup.what.name = (char *)name;
    rpc_nfs3_lookup_async(stream->rpc, file_found, &lookup, stream);
    await_answer(stream);
    stream->random = random;
    stream->blocks = stream->size / (random ? SMALL : LARGE);
}

static void raw(const char *export, const char *name, bool random, unsigned depth,
                unsigned long count, unsigned connections, bool threads,
                struct timespec *begun)
{
    static struct stream streams[MOST];
    pthread_t thread[MOST];

    for (unsigned i = 0; i < connections; i++) {
        open_stream(&streams[i], export, name, random);
        streams[i].left = count / connections;
        streams[i].seed = i + 1;
        streams[i].position = i * (streams[i].blocks / connections);
    }
    clock_gettime(CLOCK_MONOTONIC, begun);
    for (unsigned i = 0; i < connections; i++)
        for (unsigned j = 0; j < depth / connections; j++)
            read_more(&streams[i]);
    if (!threads) {
        serve(streams, connections);
        return;
    }
    for (unsigned i = 0; i < connections; i++)
        if (pthread_create(&thread[i], NULL, serve_one, &streams[i]) != 0)
            give_up("pthread_create");
    for (unsigned i = 0; i < connections; i++)
        pthread_join(thread[i], NULL);
}

static void submit(aio_context_t context, struct iocb *request, int fd, void *buffer,
                   struct stream *stream)
{
    *request = (struct iocb){.aio_lio_opcode = IOCB_CMD_PREAD,
                             .aio_fildes = (unsigned)fd,
                             .aio_buf = (uint64_t)(uintptr_t)buffer,
                             .aio_nbytes = SMALL,
                             .aio_offset = (long long)(next_block(stream) * SMALL),
                             .aio_data = (uint64_t)(uintptr_t)request};
    if (syscall(SYS_io_submit, context, 1L, &request) != 1)
        give_up("io_submit");
}

static void mounted(const char *path, unsigned depth, unsigned long count,
                    struct timespec *begun)
{
    static struct iocb requests[MOST];
    static char buffers[MOST][SMALL] __attribute__((aligned(SMALL)));
    struct io_event events[MOST];
    struct stream stream = {.random = true, .seed = 1};
    aio_context_t context = 0;
    struct stat status;
    int fd = open(path, O_RDONLY | O_DIRECT);

    if (fd < 0 || fstat(fd, &status) < 0)
        give_up(path);
    if (syscall(SYS_io_setup, (long)depth, &context) < 0)
        give_up("io_setup");
    stream.blocks = (unsigned long)status.st_size / SMALL;
    clock_gettime(CLOCK_MONOTONIC, begun);
    for (unsigned i = 0; i < depth; i++)
        submit(context, &requests[i], fd, buffers[i], &stream);
    for (unsigned long done = 0; done < count;) {
        long got = syscall(SYS_io_getevents, context, 1L, (long)depth, events, NULL);

        if (got < 1)
            give_up("io_getevents");
        for (long i = 0; i < got; i++) {
            struct iocb *request = (struct iocb *)(uintptr_t)events[i].data;

            if (events[i].res != SMALL)
                give_up("read");
            if (done + depth < count)
                submit(context, request, fd, buffers[request - requests], &stream);
            done++;
        }
    }
}

int main(int words, char **word)
{
    struct timespec begun, ended;

    if (words == 6 && strcmp(word[1], "file") == 0) {
        mounted(word[2], (unsigned)atoi(word[4]), strtoul(word[5], NULL, 10), &begun);
    } else if (words == 9 && strcmp(word[1], "raw") == 0) {
        raw(word[2], word[3], strcmp(word[4], "random") == 0, (unsigned)atoi(word[5]),
            strtoul(word[6], NULL, 10), (unsigned)atoi(word[7]), atoi(word[8]) != 0,
            &begun);
    } else {
        fprintf(stderr, "usage: see the head of nfs_load.c\n");
        return 2;
    }
    clock_gettime(CLOCK_MONOTONIC, &ended);
    printf("%lld\n", (long long)(ended.tv_sec - begun.tv_sec) * 1000000 +
                         (ended.tv_nsec - begun.tv_nsec) / 1000);
    return 0;
}
