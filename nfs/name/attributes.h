/* attributes.h: file attributes between NFSv3 and FUSE. */
#ifndef ATELIER_NFS_ATTRIBUTES_H
#define ATELIER_NFS_ATTRIBUTES_H

#include <nfsc/libnfs-raw-nfs.h>
#include <stdbool.h>
#include <sys/stat.h>

/* Fills `status` from what the server said. */
void attributes_to_stat(const struct fattr3 *attributes, struct stat *status);

/* Fills `changes` with those fields of `status` that `valid` (FUSE_SET_ATTR_*) names.
 * Times before 1970 or after 2106, which NFSv3 cannot say, become the nearest that it
 * can. */
void attributes_from_stat(struct sattr3 *changes, const struct stat *status, int valid);

/* Fills `changes` with a mode, and nothing else. */
void attributes_of_mode(struct sattr3 *changes, mode_t mode);

bool attributes_time_equal(const struct nfstime3 *a, const struct nfstime3 *b);

/* What tells one state of a file's contents from another. Two states within one tick of
 * the server's clock look the same. So a copy of the contents is proven to be of the
 * version only when it was made at least a tick after the version was first seen. */
struct version {
    uint64_t size;
    struct nfstime3 modified, changed;
    bool known;
    bool proven;   /* the copy is of this version, and stays so for whoever finds it */
    uint32_t seen; /* when first, in clock_milliseconds */
};

/* Returns the version that `attributes` describe. */
struct version version_of(const struct fattr3 *attributes);

/* Returns whether both are known and the same. */
bool version_equal(const struct version *a, const struct version *b);

/* Is called when the copy of `*version` was thrown away after the contents were seen to
 * be at `present`: what the copy is filled with from now on is at least that. */
void version_renew(struct version *version, const struct version *present);

/* Follows a change of our own. When the server says that the file was at `*version`
 * before it, `*version` becomes what it is after it. Otherwise somebody else changed the
 * file too, and `*version` becomes unknown. */
void version_follow(struct version *version, const struct wcc_data *change);

#endif
