/* listing.h: an open directory, and what the server told of its names in one answer. */
#ifndef ATELIER_NFS_LISTING_H
#define ATELIER_NFS_LISTING_H

#include <nfsc/libnfs-raw-nfs.h>
#include <stdbool.h>
#include <stddef.h>

struct listing_entry {
    uint64_t cookie, fileid;
    bool described; /* the server told attributes and handle too */
    bool is_told;   /* the kernel learns its inode by the answer that is being made */
    struct fattr3 attributes;
    struct nfs_fh3 handle; /* its bytes follow the name */
    char *name;
};

/* Brent's search for a cycle: how many pieces came since the one that follows `mark`. The
 * mark may come again amid a piece: by the ends alone, a server whose pieces end
 * elsewhere each round is asked hundreds of times. */
struct cycle {
    uint64_t mark;
    unsigned long pieces, most;
};

struct directory {
    unsigned references; /* of the open directory and of calls */
    cookieverf3 verifier;
    uint64_t first;    /* the cookie that the listing follows */
    bool listed, end;  /* the listing holds something; nothing comes after it */
    bool plus;         /* the server was asked for attributes as well */
    bool opening;      /* the program has no descriptor yet */
    bool unread;       /* it came when the directory was opened, and nobody has read it */
    long long asked;   /* when the server was asked: the names are of that time */
    long long arrived; /* when the answer came, by which the attributes age */
    uint32_t moment;   /* the same moment, among what the kernel was told (told.h) */
    struct listing_entry *entries;
    size_t count, room;
    uint64_t highest; /* the highest of the listing's cookies */
    struct {
        uint64_t cookie, fileid;
    } begin;            /* the first entry but "." and ".."; 0: unknown */
    struct cycle cycle; /* in the server's answers */
};

/* Forgets the names. */
void listing_forget(struct directory *directory);

/* Keep an answer's names, after those that are kept. A server that comes to the end and
 * begins again (Ganesha on a tmpfs, when the last name was removed) has told all names:
 * the second round is left out. Return 0, or the errno: EIO for a listing that goes round
 * otherwise. */
int listing_keep_plus(struct directory *directory,
                      const struct READDIRPLUS3resok *result);
int listing_keep(struct directory *directory, const struct READDIR3resok *result);

/* Is called before the server is asked for what follows `cookie`. */
void listing_continues(struct directory *directory, uint64_t cookie);

/* Returns where in the listing the entries after `cookie` begin; -1 when they are not in
 * it. */
long listing_position(const struct directory *directory, uint64_t cookie);

/* Returns whether the listing can be given to the kernel. It cannot while it has no names
 * and is not at the end: the kernel would take that for the end. */
bool listing_is_whole(const struct directory *directory);

#endif
