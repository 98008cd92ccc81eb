/* roll_message.h: the messages of the launch check, over a connected TCP socket.
 *
 * A message is a record (record.h) of at most ROLL_MESSAGE_MAX bytes after its length in
 * two bytes. Whoever connects to a port may be anybody, so that nothing longer is read.
 *
 * Rank 0 greets who connects; the task enters itself; when all are there, rank 0 says
 * `go` or `stop`, and the task closes first, so that no port lingers on rank 0's node. To
 * a node that does not come, rank 0 puts a question at the same port, and a task there
 * says why.
 */
#ifndef ATELIER_ROLL_MESSAGE_H
#define ATELIER_ROLL_MESSAGE_H

#include "deadline.h"
#include "record.h"
#include "roll.h"

#define ROLL_MESSAGE_MAX 2048

enum roll_word {
    ROLL_GREETING, /* rank 0 to who connects */
    ROLL_GO,
    ROLL_STOP, /* rank 0 tells the user why */
    ROLL_ENTRY,
    ROLL_QUESTION /* rank 0 to a node that has not come */
};

/* What has come of a message so far. Empty when all of it is zero. */
struct roll_inbox {
    size_t length;
    unsigned char bytes[2 + ROLL_MESSAGE_MAX];
};

/* Sends `word` for the step, in an entry with all of `entry`; of it only `step` is needed
 * otherwise. Returns 0, or -1 when the peer is gone or does not take it by the deadline.
 */
int roll_message_send(int socket, enum roll_word word, const struct roll_entry *entry,
                      const struct deadline *deadline);

/* Reads what is there of a non-blocking socket. Returns 1 with `word` and `entry` filled
 * from a whole message, 0 when more is to come, -1 when the peer closed or speaks
 * otherwise. */
int roll_message_read(int socket, struct roll_inbox *inbox, enum roll_word *word,
                      struct roll_entry *entry);

/* Waits for the `word` of step `step`. Returns 0 or -1 likewise. */
int roll_message_expect(int socket, enum roll_word word, const char *step,
                        struct roll_entry *entry, const struct deadline *deadline);

#endif
