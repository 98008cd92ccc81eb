/* client_message.h: the messages of client_protocol.h, written and read; those to connect
 * and to unlock are client_target.h's.
 *
 * Each that is written is a new record for the caller to send (message_hand), or NULL
 * when memory is short or it does not fit. What is read points into its record.
 */
#ifndef ATELIER_CLIENT_MESSAGE_H
#define ATELIER_CLIENT_MESSAGE_H

#include "lib/error.h"
#include "lib/protocol/client_protocol.h"
#include "lib/record.h"

#include <stdbool.h>
#include <stddef.h>

/* Fills `error` (ERROR_NODE) for a request without a valid `key`. Returns -1. */
int client_message_malformed(struct error *error, const char *key);

#define CLIENT_KEY_SIZE 48

/* Writes the key of what is said of volume `volume` by its number, and returns it. */
const char *client_message_key(char key[CLIENT_KEY_SIZE], size_t volume,
                               const char *what);

enum client_request {
    CLIENT_LOCKS,
    CLIENT_CONNECT,
    CLIENT_UNLOCK,
    CLIENT_SERVE,
    CLIENT_STOP,
    CLIENT_PING,
    CLIENT_REQUEST_COUNT /* stands for what is none of these */
};

/* Returns which request it is. */
enum client_request client_message_request(const struct record *request);

struct record *client_message_locks(const char *caller);
struct record *client_message_serve(size_t volume);
struct record *client_message_stop(void);
struct record *client_message_ping(void);

/* Return 0; or -1 with `error` filled (ERROR_NODE) when the request is malformed.
 * `volumes`: how many there are. */
int client_message_read_locks(const struct record *request,
                              char caller[CLIENT_CALLER_SIZE], struct error *error);
int client_message_read_serve(const struct record *request, size_t volumes,
                              size_t *volume, struct error *error);

/* Bytes of one volume at its end. */
struct client_bytes {
    unsigned long long read, written, lost;
};

/* `part`: what was asked for where that was not all, or NULL. `volume`: the one at fault,
 * or NULL. */
struct record *client_message_ready(const char *part);
struct record *client_message_failed(const struct error *error, const char *volume);
struct record *client_message_serving(void);
struct record *client_message_stopped(const struct client_bytes *bytes, size_t volumes);

struct client_answer {
    bool is_foreign;      /* it follows another protocol */
    const char *protocol; /* may be NULL, as may the next one */
    const char *release;
    const char *state;      /* "" for none */
    const char *part;       /* may be NULL, as may the next two */
    const char *sentence;   /* of a failure */
    const char *volume;     /* likewise */
    enum error_party party; /* likewise */
};

void client_message_read_answer(struct client_answer *read, const struct record *answer);

/* Returns a number of volume `volume` in the answer to stop, as "bytes_lost"; NULL for
 * none. */
const char *client_message_bytes(const struct record *answer, size_t volume,
                                 const char *what);

enum client_word {
    CLIENT_ALIVE,
    CLIENT_SILENT,
    CLIENT_ANSWERS,
    CLIENT_UNSAFE,
    CLIENT_CROWD,
    CLIENT_ENDS,
    CLIENT_WORD_COUNT /* stands for what is none of these, or says too little */
};

struct record *client_message_alive(void);
struct record *client_message_silent(long long since_ms, unsigned long calls);
struct record *client_message_answers(void);
struct record *client_message_unsafe(const unsigned long long *bytes, size_t volumes);
struct record *client_message_crowd(size_t volume, size_t inodes, unsigned long refused);
struct record *client_message_ends(const char *why);

/* A word that a client told unasked, and what it says. */
struct client_told {
    enum client_word word;
    long long since_ms;
    unsigned long calls;
    unsigned long long unsafe[CLIENT_VOLUMES_MAX];
    size_t volume;
    unsigned long inodes, refused;
    const char *why;
};

/* Reads a word. Returns whether `record`, of a client of `volumes` volumes, is a word and
 * no answer. */
bool client_message_read_word(struct client_told *told, const struct record *record,
                              size_t volumes);

#endif
