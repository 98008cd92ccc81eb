/* names.h: for how long the kernel may trust the names of a directory.
 *
 * The rule is that of the kernel's NFS client: a name holds while its directory is as it
 * was. Nearly every answer tells how the directory is. When it is not as it was known,
 * and not by a change of our own, somebody else has changed it. Then, before that answer
 * is given, the kernel drops the names that it remembers: so whoever sees a new name
 * never sees an old name's old meaning after it. Names that come in the next LIVELY_MS
 * are looked up at each use: a directory in which others work changes again, and to drop
 * names is to drop those of the whole volume.
 *
 * A state of a directory is known by its times. Within one tick of the server's clock two
 * states look the same, so that a name counts only when it was asked for after the tick.
 * The server's clock is known by the newest time that it has told, and its tick by the
 * least difference between any two times.
 *
 * A kernel that cannot drop names (before Linux 6.16) may trust one for a second, or for
 * a thousandth of the time for which its directory has not changed. A fixed
 * attribute_cache comes from the policy: then a name holds as long as it says, or until a
 * change shows.
 */
#ifndef ATELIER_NFS_NAMES_H
#define ATELIER_NFS_NAMES_H

#include "nfs/volume.h"

/* Take an answer that told how the directory is. */
void names_seen(struct volume *volume, struct inode *directory,
                const struct fattr3 *attributes);
void names_seen_after(struct volume *volume, struct inode *directory,
                      const struct post_op_attr *attributes);

/* Takes an answer that told how the directory was before a change of our own, and how it
 * is now. */
void names_changed(struct volume *volume, struct inode *directory,
                   const struct wcc_data *change);

/* Returns for how many seconds, up to `most`, the kernel may trust a name of the
 * directory that was asked for at `asked` (clock_milliseconds). The caller tells the
 * kernel so at once. */
double names_hold(struct volume *volume, struct inode *directory, long long asked,
                  double most);

/* Makes the kernel ask again for every name of the volume, once. */
void names_drop(struct volume *volume);

/* Drops the volume's names because a directory that the kernel looks in is gone: its name
 * may be another directory's by now, and not every call of a program makes the kernel
 * look again upon ESTALE. It does so at most once a second, since a working directory may
 * be gone for good. */
void names_stale(struct volume *volume);

/* Drops the names once more, when it is time: a listing that was on its way to the kernel
 * when its names were dropped may have come after that. */
void names_drop_late(struct volume *volume);

/* Returns whether the directory is removed, though the server still knows it. */
bool names_removed(const struct post_op_attr *attributes);

#endif
