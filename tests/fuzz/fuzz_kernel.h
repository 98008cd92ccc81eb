/* fuzz_kernel.h: the kernel's side of /dev/fuse, as far as a fuzz target needs one.
 *
 * Only what a kernel would ask is asked: about inodes that it was told of and has not
 * forgotten, and files that are open. What it is answered is checked.
 */
#ifndef ATELIER_FUZZ_KERNEL_H
#define ATELIER_FUZZ_KERNEL_H

#include "tests/fuzz/fuzz.h"

#include <stdbool.h>

#define KERNEL_NODES 64
#define KERNEL_FILES 16
#define KERNEL_REQUESTS 256

struct kernel_request {
    uint64_t unique; /* 0: answered */
    uint32_t opcode;
    uint64_t node;
    size_t size; /* that the answer may have */
};

struct fuzz_kernel {
    int fd;
    uint64_t unique;
    uint32_t write_max; /* as the first answer has it */
    struct {
        uint64_t number, lookups;
    } nodes[KERNEL_NODES];
    size_t node_count; /* the first is the root */
    struct {
        uint64_t handle, node;
        bool directory;
    } files[KERNEL_FILES];
    size_t file_count;
    struct kernel_request requests[KERNEL_REQUESTS];
    unsigned waiting;
};

/* Begins with the first request, which is queued on `fd`, one end of a packet socket. */
void kernel_begin(struct fuzz_kernel *kernel, int fd);

/* One request, of the kind and about what the bytes say; none when that is not to be. */
void kernel_ask(struct fuzz_kernel *kernel, struct fuzz_bytes *bytes);

/* Takes the answers that have come. */
void kernel_hear(struct fuzz_kernel *kernel);

/* Closes what is open and forgets what it knows, when nothing waits for an answer. */
void kernel_end(struct fuzz_kernel *kernel);

#endif
