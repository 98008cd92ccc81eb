/* decode.c: checks lengths of the server's that libnfs takes on trust.
 *
 * libnfs 4 copies a verifier without a look at where the answer ends. It adds a length to
 * its place in the answer as a signed number: one of 2 GiB or more leads before the
 * answer's memory, where it then reads and writes. It multiplies an array's length in 32
 * bits, and clears more than it asked for. And it decodes a list by calling itself for
 * each entry, until the stack ends. libnfs's calls of these functions go through the
 * linker, which finds ours first: they check what comes and hand it on.
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <nfsc/libnfs-zdr.h>
#include <stdbool.h>
#include <string.h>

#define VISIBLE __attribute__((visibility("default")))
#define NEXT(function) ((__typeof__(&(function)))dlsym(RTLD_NEXT, #function))
#define WORD 4 /* bytes that an array's element takes at the least */

/* What a listing of directory.c's size can hold, and some more. */
#define ENTRIES_MOST 8192

/* Returns whether the answer is too short for as many things of `each` bytes as it
 * says. */
static bool is_cut(const ZDR *zdr, int each)
{
    uint32_t count;

    if (zdr->x_op != ZDR_DECODE)
        return false;
    if (zdr->pos < 0 || zdr->size - zdr->pos < WORD)
        return true;
    memcpy(&count, zdr->buf + zdr->pos, sizeof(count));
    return ntohl(count) > (uint32_t)((zdr->size - zdr->pos - WORD) / each);
}

VISIBLE bool_t libnfs_zdr_opaque(ZDR *zdr, char *bytes, uint32_t size)
{
    static __typeof__(&libnfs_zdr_opaque) next;

    if (!next)
        next = NEXT(libnfs_zdr_opaque);
    if (zdr->x_op == ZDR_DECODE &&
        (zdr->pos < 0 || zdr->size < zdr->pos || (uint32_t)(zdr->size - zdr->pos) < size))
        return 0;
    return next(zdr, bytes, size);
}

VISIBLE bool_t libnfs_zdr_bytes(ZDR *zdr, char **bytes, uint32_t *size, uint32_t most)
{
    static __typeof__(&libnfs_zdr_bytes) next;

    if (!next)
        next = NEXT(libnfs_zdr_bytes);
    return is_cut(zdr, 1) ? 0 : next(zdr, bytes, size, most);
}

VISIBLE bool_t libnfs_zdr_string(ZDR *zdr, char **text, uint32_t most)
{
    static __typeof__(&libnfs_zdr_string) next;

    if (!next)
        next = NEXT(libnfs_zdr_string);
    return is_cut(zdr, 1) ? 0 : next(zdr, text, most);
}

VISIBLE bool_t libnfs_zdr_array(ZDR *zdr, char **array, uint32_t *count, uint32_t most,
                                uint32_t size, zdrproc_t element)
{
    static __typeof__(&libnfs_zdr_array) next;

    if (!next)
        next = NEXT(libnfs_zdr_array);
    return is_cut(zdr, WORD) ? 0 : next(zdr, array, count, most, size, element);
}

VISIBLE bool_t libnfs_zdr_pointer(ZDR *zdr, char **object, uint32_t size,
                                  zdrproc_t decode)
{
    static __typeof__(&libnfs_zdr_pointer) next;
    static _Thread_local unsigned depth;
    bool_t decoded;

    if (!next)
        next = NEXT(libnfs_zdr_pointer);
    if (depth >= ENTRIES_MOST)
        return 0;
    depth++;
    decoded = next(zdr, object, size, decode);
    depth--;
    return decoded;
}
