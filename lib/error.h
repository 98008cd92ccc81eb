/* error.h: one sentence for the person who can act on it.
 *
 * A failing function fills the caller's `struct error` once, where the cause is known, in
 * the words of the person who must act; everybody above passes it on untouched. The
 * sentence names what failed, where, why and what to do; it ends without a full stop and
 * holds no newline.
 */
#ifndef ATELIER_ERROR_H
#define ATELIER_ERROR_H

#define ERROR_TEXT_SIZE 512 /* bytes, with the terminating NUL; more is cut off */

/* Who can act on the error. */
enum error_party {
    ERROR_NONE = 0, /* no error */
    ERROR_USER,     /* the user who submitted the job: a name, an option */
    ERROR_NODE,     /* this node: out of memory, a missing program, no FUSE */
    ERROR_STORAGE,  /* a file server: down, no such export, refused */
    ERROR_SITE      /* the site's files: policy, plugstack line, a launcher */
};

struct error {
    enum error_party party;
    char text[ERROR_TEXT_SIZE];
};

/* Fills `error` (which may be NULL) from a printf format; control characters in the
 * result are replaced by '?', since sentences reach terminals and logs. Keeps the first
 * error: a filled one is not overwritten. Always returns -1, so that `return
 * error_set(...)` reads well. */
int error_set(struct error *error, enum error_party party, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Copies the error of `cause` to `error`, as error_set would. Returns -1; or 0 where
 * `cause` is empty, and then does nothing. */
int error_pass(struct error *error, const struct error *cause);

/* As error_pass, with words and a colon before the sentence that say what it is about:
 * "volume `data`: no such export". The party stays; `cause` may be `error`. */
int error_wrap(struct error *error, const struct error *cause, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Makes `error` empty. */
void error_clear(struct error *error);

/* Returns the party's name for logs: "user", "node", "storage", "site" or "none". */
const char *error_party_name(enum error_party party);

/* Returns the party of a name; ERROR_NONE for an unknown name or NULL. */
enum error_party error_party_parse(const char *name);

#endif
