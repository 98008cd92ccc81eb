/* encode.c: makes room for the one call that is longer than libnfs expects.
 *
 * libnfs encodes a call and its credentials into 4,096 bytes, and makes more room for
 * nothing but the data of a WRITE. A SYMLINK with a long target takes more; no other call
 * comes near (tests/unit/nfs_longest_test.c). As in decode.c, libnfs's own call of this
 * function finds ours first, which asks for the room in the way that WRITE does.
 */
#include <dlfcn.h>
#include <limits.h>
#include <nfsc/libnfs.h>
#include <nfsc/libnfs-raw.h>
#include <nfsc/libnfs-raw-nfs.h>
#include <nfsc/libnfs-zdr.h>

#define VISIBLE __attribute__((visibility("default")))

struct rpc_pdu;

/* Two functions of libnfs, from 4.0 to 5.0, that are in no header that it installs. */
typedef struct rpc_pdu *(*allocate)(struct rpc_context *rpc, int program, int version,
                                    int procedure, rpc_cb done, void *data,
                                    zdrproc_t decode, int size);
typedef struct rpc_pdu *(*allocate_with_room)(struct rpc_context *rpc, int program,
                                              int version, int procedure, rpc_cb done,
                                              void *data, zdrproc_t decode, int size,
                                              size_t room);

VISIBLE struct rpc_pdu *rpc_allocate_pdu(struct rpc_context *rpc, int program,
                                         int version, int procedure, rpc_cb done,
                                         void *data, zdrproc_t decode, int size);

VISIBLE struct rpc_pdu *rpc_allocate_pdu(struct rpc_context *rpc, int program,
                                         int version, int procedure, rpc_cb done,
                                         void *data, zdrproc_t decode, int size)
{
    static allocate next;
    static allocate_with_room roomy;

    if (!next) {
        next = (allocate)dlsym(RTLD_NEXT, "rpc_allocate_pdu");
        roomy = (allocate_with_room)dlsym(RTLD_NEXT, "rpc_allocate_pdu2");
    }
    if (roomy && program == NFS_PROGRAM && version == NFS_V3 && procedure == NFS3_SYMLINK)
        return roomy(rpc, program, version, procedure, done, data, decode, size,
                     PATH_MAX);
    return next(rpc, program, version, procedure, done, data, decode, size);
}
