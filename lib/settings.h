/* settings.h: where the site keeps things.
 *
 * The defaults are those of ./configure. The plugstack line may change each one by a word
 * "key=value"; the plugin hands the same words on to the keeper.
 *
 *     key        default                         meaning
 *     policy     SYSCONFDIR/atelier/policy.lua   the policy
 *     lua        DATADIR/atelier/lua             the policy engine
 *     launchers  DATADIR/atelier/launchers       one file per framework
 *     keeper     LIBEXECDIR/atelier/atelier-keeper
 *     nfs        LIBEXECDIR/atelier/atelier-nfs  the NFS client
 *     rank       LIBEXECDIR/atelier/atelier-rank what `atelier run` has srun start
 *     doctor     LIBEXECDIR/atelier/atelier-doctor what `atelier doctor --nodes` does
 *     experiment LIBEXECDIR/atelier/atelier-experiment says that an experiment is new
 *     scontrol   what ./configure found          tells a job why it could not start
 *     run        RUNSTATEDIR/atelier             one directory per node and job below
 *     state      LOCALSTATEDIR/lib/atelier       a copy of the last good policy
 *     mounts     /mnt/atelier                    the mount root of every job
 *     defaults   off                             or "on": jobs without options may have a
 *                                                default workspace, so each has a keeper
 *                                                look
 *     log        syslog                          or the absolute path of a file
 *     client_ids 2100000000-2100065535           user ids that no user has, for the NFS
 *                                                clients. The default lies above what
 *                                                SSSD and FreeIPA give to users, and
 *                                                below where FreeIPA's subordinate ids
 *                                                begin
 */
#ifndef ATELIER_SETTINGS_H
#define ATELIER_SETTINGS_H

#include "lib/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define SETTINGS_PATH_SIZE 256 /* bytes, with the terminating NUL */

struct settings {
    char policy[SETTINGS_PATH_SIZE];
    char lua[SETTINGS_PATH_SIZE];
    char launchers[SETTINGS_PATH_SIZE];
    char keeper[SETTINGS_PATH_SIZE];
    char nfs[SETTINGS_PATH_SIZE];
    char rank[SETTINGS_PATH_SIZE];
    char doctor[SETTINGS_PATH_SIZE];
    char experiment[SETTINGS_PATH_SIZE];
    char scontrol[SETTINGS_PATH_SIZE];
    char run[SETTINGS_PATH_SIZE];
    char state[SETTINGS_PATH_SIZE];
    char mounts[SETTINGS_PATH_SIZE];
    char defaults[SETTINGS_PATH_SIZE];
    char log[SETTINGS_PATH_SIZE];
    char client_ids[SETTINGS_PATH_SIZE];
};

/* Fills `settings` with the defaults. */
void settings_init(struct settings *settings);

/* Returns whether jobs without options may have a default workspace (defaults=on). */
bool settings_serve_defaults(const struct settings *settings);

/* The user ids, which serve as group ids as well, of client_ids=FIRST-LAST: two or more.
 * A job gets one of them, but never the last, which root's `atelier volume test` uses. */
struct settings_ids {
    uid_t first, last;
};

struct settings_ids settings_client_ids(const struct settings *settings);

/* Applies one "key=value" word. Returns 0; or -1 with `error` filled (ERROR_SITE) for an
 * unknown key (which lists the known ones), a value that is too long or a path that is
 * not absolute. */
int settings_apply(struct settings *settings, const char *word, struct error *error);

/* Applies `count` words and returns the first failure's -1; words after it are still
 * applied. */
int settings_apply_all(struct settings *settings, int count, char *const words[],
                       struct error *error);

/* Sets the policy to the copy of the last good one, STATE/policy/NAME. The copy need not
 * exist. */
void settings_use_last_policy(struct settings *settings);

#define SETTINGS_LAST_POLICY "policy" /* the copy's directory in STATE */

/* Return the number of settings, and write the word "key=value" of the one at `index` to
 * `word` (SETTINGS_WORD_SIZE bytes): the plugin hands all of them on to the keeper. */
size_t settings_count(void);
void settings_word(const struct settings *settings, size_t index, char *word);

#define SETTINGS_WORD_SIZE (SETTINGS_PATH_SIZE + 16)

#endif
