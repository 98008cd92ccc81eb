/* fuzz_kernel.c: plays the kernel's side of /dev/fuse. */
#include "tests/fuzz/fuzz_kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define USER 1000
#define PACKET_MAX 140000
#define READ_MAX 65536
#define WRITE_MAX 60000

struct request {
    struct fuse_in_header header;
    char body[PACKET_MAX];
    size_t size;
};

static void send_request(struct fuzz_kernel *kernel, struct request *request,
                         uint32_t opcode, uint64_t node, size_t answer_size)
{
    struct kernel_request *slot;

    request->header = (struct fuse_in_header){
        .len = (uint32_t)(sizeof(request->header) + request->size),
        .opcode = opcode,
        .unique = kernel->unique += 2,
        .nodeid = node,
        .uid = USER,
        .gid = USER,
        .pid = (uint32_t)getpid()};
    if (send(kernel->fd, request, request->header.len, MSG_DONTWAIT) < 0)
        return;
    if (opcode == FUSE_FORGET || opcode == FUSE_INTERRUPT)
        return;
    slot = &kernel->requests[kernel->unique / 2 % KERNEL_REQUESTS];
    FUZZ_REQUIRE(slot->unique == 0);
    *slot = (struct kernel_request){kernel->unique, opcode, node, answer_size};
    kernel->waiting++;
}

static void add(struct request *request, const void *data, size_t size)
{
    memcpy(request->body + request->size, data, size);
    request->size += size;
}

static void add_name(struct request *request, unsigned which)
{
    char name[300];

    if (which < 250) {
        snprintf(name, sizeof(name), "%c", 'a' + which % 26);
    } else {
        memset(name, 'x', 255);
        name[255] = '\0';
    }
    add(request, name, strlen(name) + 1);
}

void kernel_begin(struct fuzz_kernel *kernel, int fd)
{
    static struct request request;
    struct fuse_init_in in = {.major = FUSE_KERNEL_VERSION,
                              .minor = FUSE_KERNEL_MINOR_VERSION,
                              .max_readahead = 1 << 17,
                              .flags = 0x3fffffff & ~(unsigned)FUSE_INIT_EXT};

    *kernel = (struct fuzz_kernel){.fd = fd, .node_count = 1, .write_max = 4096};
    kernel->nodes[0].number = FUSE_ROOT_ID;
    request.size = 0;
    add(&request, &in, sizeof(in));
    send_request(kernel, &request, FUSE_INIT, 0, 4096);
}

static uint64_t a_node(const struct fuzz_kernel *kernel, unsigned which)
{
    return kernel->nodes[which % kernel->node_count].number;
}

/* The place of an open file of the wanted kind; -1 when there is none. */
static int a_file(const struct fuzz_kernel *kernel, unsigned which, bool directory)
{
    for (size_t i = 0; i < kernel->file_count; i++) {
        size_t place = (which + i) % kernel->file_count;

        if (kernel->files[place].directory == directory)
            return (int)place;
    }
    return -1;
}

/* Whatever waits may become an open file. */
static bool may_open(const struct fuzz_kernel *kernel)
{
    return kernel->file_count + kernel->waiting < KERNEL_FILES;
}

static void ask_by_name(struct fuzz_kernel *kernel, struct request *request,
                        uint32_t opcode, unsigned node, unsigned value)
{
    struct fuse_create_in create = {.flags = value & 1 ? O_CREAT | O_EXCL | O_RDWR
                                                       : O_CREAT | O_TRUNC | O_WRONLY,
                                    .mode = S_IFREG | 0644};
    struct fuse_mkdir_in mkdir = {.mode = 0755};
    struct fuse_mknod_in mknod = {.mode = value & 1 ? S_IFREG | 0600 : S_IFIFO | 0600};
    struct fuse_link_in link = {.oldnodeid = a_node(kernel, value)};
    struct fuse_rename_in rename = {.newdir = a_node(kernel, value)};

    if (opcode == FUSE_CREATE)
        add(request, &create, sizeof(create));
    else if (opcode == FUSE_MKDIR)
        add(request, &mkdir, sizeof(mkdir));
    else if (opcode == FUSE_MKNOD)
        add(request, &mknod, sizeof(mknod));
    else if (opcode == FUSE_LINK)
        add(request, &link, sizeof(link));
    else if (opcode == FUSE_RENAME)
        add(request, &rename, sizeof(rename));
    add_name(request, value >> 8);
    if (opcode == FUSE_RENAME || opcode == FUSE_SYMLINK)
        add_name(request, value & 255);
    if (opcode != FUSE_CREATE || may_open(kernel))
        send_request(kernel, request, opcode, a_node(kernel, node), 4096);
}

static void ask_of_node(struct fuzz_kernel *kernel, struct request *request,
                        uint32_t opcode, unsigned node, unsigned value)
{
    static const uint32_t flags[] = {O_RDONLY, O_WRONLY, O_RDWR, O_RDONLY | 0x20};
    struct fuse_getattr_in getattr = {.fh = 0};
    struct fuse_setattr_in setattr = {.valid = value & 0x1ff & ~(unsigned)FATTR_FH,
                                      .size = value * 100,
                                      .mode = S_IFREG | 0600,
                                      .uid = USER,
                                      .gid = USER};
    struct fuse_access_in access = {.mask = value & 7};
    struct fuse_open_in open = {.flags = flags[value % 4]};

    if (opcode == FUSE_GETATTR)
        add(request, &getattr, sizeof(getattr));
    else if (opcode == FUSE_SETATTR)
        add(request, &setattr, sizeof(setattr));
    else if (opcode == FUSE_ACCESS)
        add(request, &access, sizeof(access));
    else if (opcode == FUSE_OPEN || opcode == FUSE_OPENDIR)
        add(request, &open, sizeof(open));
    if ((opcode != FUSE_OPEN && opcode != FUSE_OPENDIR) || may_open(kernel))
        send_request(kernel, request, opcode, a_node(kernel, node), 4096 + 1);
}

static void ask_of_file(struct fuzz_kernel *kernel, struct request *request,
                        uint32_t opcode, unsigned which, unsigned value)
{
    static const char data[WRITE_MAX];
    bool directory = opcode == FUSE_READDIR || opcode == FUSE_READDIRPLUS;
    int file = a_file(kernel, which, directory);
    size_t most = directory ? 8192 : opcode == FUSE_WRITE ? kernel->write_max : READ_MAX;
    size_t size = 1 + value % most;
    uint64_t handle = file < 0 ? 0 : kernel->files[file].handle;
    struct fuse_read_in read = {.fh = handle,
                                .offset = directory ? which : which * 4096ul,
                                .size = (uint32_t)size};
    struct fuse_write_in write = {
        .fh = handle, .offset = which * 1000ul, .size = (uint32_t)size};
    struct fuse_flush_in flush = {.fh = handle};
    struct fuse_fsync_in fsync = {.fh = handle};

    if (file < 0)
        return;
    if (directory || opcode == FUSE_READ)
        add(request, &read, sizeof(read));
    else if (opcode == FUSE_FLUSH)
        add(request, &flush, sizeof(flush));
    else if (opcode == FUSE_FSYNC)
        add(request, &fsync, sizeof(fsync));
    if (opcode == FUSE_WRITE) {
        add(request, &write, sizeof(write));
        add(request, data, size);
    }
    send_request(kernel, request, opcode, kernel->files[file].node, size);
}

static void release(struct fuzz_kernel *kernel, struct request *request, int file)
{
    struct fuse_release_in in = {.fh = kernel->files[file].handle};
    uint32_t opcode = kernel->files[file].directory ? FUSE_RELEASEDIR : FUSE_RELEASE;
    uint64_t node = kernel->files[file].node;

    request->size = 0;
    add(request, &in, sizeof(in));
    kernel->files[file] = kernel->files[--kernel->file_count];
    send_request(kernel, request, opcode, node, 0);
}

static bool is_open(const struct fuzz_kernel *kernel, uint64_t node)
{
    for (size_t i = 0; i < kernel->file_count; i++)
        if (kernel->files[i].node == node)
            return true;
    return false;
}

static void forget(struct fuzz_kernel *kernel, struct request *request, size_t place)
{
    struct fuse_forget_in in = {.nlookup = kernel->nodes[place].lookups};
    uint64_t node = kernel->nodes[place].number;

    if (place == 0 || is_open(kernel, node))
        return;
    request->size = 0;
    add(request, &in, sizeof(in));
    kernel->nodes[place] = kernel->nodes[--kernel->node_count];
    send_request(kernel, request, FUSE_FORGET, node, 0);
}

static void interrupt(struct fuzz_kernel *kernel, struct request *request, unsigned which)
{
    struct fuse_interrupt_in in = {.unique =
                                       kernel->requests[which % KERNEL_REQUESTS].unique};

    if (in.unique == 0)
        return;
    add(request, &in, sizeof(in));
    send_request(kernel, request, FUSE_INTERRUPT, 0, 0);
}

void kernel_ask(struct fuzz_kernel *kernel, struct fuzz_bytes *bytes)
{
    static const uint32_t by_name[] = {FUSE_LOOKUP, FUSE_CREATE,  FUSE_MKDIR,
                                       FUSE_MKNOD,  FUSE_SYMLINK, FUSE_LINK,
                                       FUSE_UNLINK, FUSE_RMDIR,   FUSE_RENAME};
    static const uint32_t of_node[] = {FUSE_GETATTR,  FUSE_SETATTR, FUSE_ACCESS,
                                       FUSE_READLINK, FUSE_STATFS,  FUSE_OPEN,
                                       FUSE_OPENDIR};
    static const uint32_t of_file[] = {FUSE_READ,  FUSE_WRITE,   FUSE_FLUSH,
                                       FUSE_FSYNC, FUSE_READDIR, FUSE_READDIRPLUS};
    static struct request request;
    unsigned kind = fuzz_byte(bytes), which = fuzz_byte(bytes), value = fuzz_word(bytes);

    request.size = 0;
    if (kernel->waiting >= KERNEL_REQUESTS / 2 || kernel->node_count >= KERNEL_NODES / 2)
        return;
    if (kind < 80)
        ask_by_name(kernel, &request, by_name[kind % 9], which, value);
    else if (kind < 140)
        ask_of_node(kernel, &request, of_node[kind % 7], which, value);
    else if (kind < 230)
        ask_of_file(kernel, &request, of_file[kind % 6], which, value);
    else if (kind < 240)
        interrupt(kernel, &request, which);
    else if (kernel->waiting == 0 && kind < 248 && kernel->file_count > 0)
        release(kernel, &request, (int)(which % kernel->file_count));
    else if (kernel->waiting == 0 && kind >= 248)
        forget(kernel, &request, which % kernel->node_count);
}

static void note_entry(struct fuzz_kernel *kernel, const struct fuse_entry_out *entry)
{
    if (entry->nodeid == 0 || entry->nodeid == FUSE_ROOT_ID)
        return;
    for (size_t i = 0; i < kernel->node_count; i++)
        if (kernel->nodes[i].number == entry->nodeid) {
            kernel->nodes[i].lookups++;
            return;
        }
    FUZZ_REQUIRE(kernel->node_count < KERNEL_NODES);
    kernel->nodes[kernel->node_count].number = entry->nodeid;
    kernel->nodes[kernel->node_count++].lookups = 1;
}

static void note_open(struct fuzz_kernel *kernel, const struct fuse_open_out *out,
                      uint64_t node, bool directory)
{
    FUZZ_REQUIRE(kernel->file_count < KERNEL_FILES);
    kernel->files[kernel->file_count].handle = out->fh;
    kernel->files[kernel->file_count].node = node;
    kernel->files[kernel->file_count++].directory = directory;
}

/* A listing with attributes; the first entries are kept, and the others forgotten at
 * once. */
static void note_listing(struct fuzz_kernel *kernel, const char *data, size_t size)
{
    static struct request request;

    while (size >= FUSE_NAME_OFFSET_DIRENTPLUS) {
        const struct fuse_direntplus *entry = (const void *)data;
        size_t length = FUSE_DIRENTPLUS_SIZE(entry);

        FUZZ_REQUIRE(length <= size && entry->dirent.namelen > 0 &&
                     entry->dirent.namelen <= 255);
        if (kernel->node_count < KERNEL_NODES - 8) {
            note_entry(kernel, &entry->entry_out);
        } else if (entry->entry_out.nodeid > FUSE_ROOT_ID) {
            struct fuse_forget_in in = {.nlookup = 1};

            request.size = 0;
            add(&request, &in, sizeof(in));
            send_request(kernel, &request, FUSE_FORGET, entry->entry_out.nodeid, 0);
        }
        data += length;
        size -= length;
    }
    FUZZ_REQUIRE(size == 0);
}

static void note_answer(struct fuzz_kernel *kernel, const struct kernel_request *asked,
                        const char *data, size_t size)
{
    const struct fuse_entry_out *entry = (const void *)data;
    const struct fuse_open_out *open = (const void *)data;
    const struct fuse_init_out *init = (const void *)data;

    switch (asked->opcode) {
    case FUSE_INIT:
        FUZZ_REQUIRE(size >= sizeof(*init) && init->max_write >= 4096);
        kernel->write_max = init->max_write < WRITE_MAX ? init->max_write : WRITE_MAX;
        break;
    case FUSE_LOOKUP:
    case FUSE_MKNOD:
    case FUSE_MKDIR:
    case FUSE_SYMLINK:
    case FUSE_LINK:
        FUZZ_REQUIRE(size == sizeof(*entry));
        note_entry(kernel, entry);
        break;
    case FUSE_CREATE:
        FUZZ_REQUIRE(size == sizeof(*entry) + sizeof(*open));
        note_entry(kernel, entry);
        note_open(kernel, (const void *)(data + sizeof(*entry)), entry->nodeid, false);
        break;
    case FUSE_OPEN:
    case FUSE_OPENDIR:
        FUZZ_REQUIRE(size == sizeof(*open));
        note_open(kernel, open, asked->node, asked->opcode == FUSE_OPENDIR);
        break;
    case FUSE_READDIRPLUS:
        note_listing(kernel, data, size);
        break;
    default:
        break;
    }
}

void kernel_hear(struct fuzz_kernel *kernel)
{
    static char packet[1 << 20] __attribute__((aligned(8)));
    ssize_t length;

    while ((length = recv(kernel->fd, packet, sizeof(packet), MSG_DONTWAIT)) > 0) {
        struct fuse_out_header header;
        struct kernel_request *slot, asked;
        size_t size = (size_t)length - sizeof(header);

        memcpy(&header, packet, sizeof(header));
        FUZZ_REQUIRE(header.len == (size_t)length);
        if (header.unique == 0)
            continue; /* a word of its own, such as that pages are stale */
        slot = &kernel->requests[header.unique / 2 % KERNEL_REQUESTS];
        FUZZ_REQUIRE(slot->unique == header.unique && header.error <= 0 &&
                     header.error > -512);
        asked = *slot;
        slot->unique = 0;
        kernel->waiting--;
        FUZZ_REQUIRE(size <= asked.size || asked.opcode == FUSE_WRITE);
        if (header.error == 0)
            note_answer(kernel, &asked, packet + sizeof(header), size);
    }
}

void kernel_end(struct fuzz_kernel *kernel)
{
    static struct request request;

    if (kernel->waiting > 0)
        return;
    while (kernel->file_count > 0)
        release(kernel, &request, 0);
    while (kernel->node_count > 1)
        forget(kernel, &request, kernel->node_count - 1);
}
