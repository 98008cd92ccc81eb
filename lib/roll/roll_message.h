/* roll_message.h: the messages of the launch check, over a connected TCP socket.
 *
 * Each side sends its nonce first (proof.h). A message is the length of a record in two
 * bytes, a tag, and the record (record.h) of at most ROLL_MESSAGE_MAX bytes. Anybody may
 * connect to a port, so nothing longer is read, and nothing is decoded before its tag is
 * proven.
 *
 * A record has ROLL_PROTOCOL and the release (release.h). Nonces, tags, greeting and
 * entry are the same in each protocol: so that rank 0 can say which node is of another
 * release.
 *
 * The side that connects sends its nonce at once; the side that listens sends its own
 * when that has come. Rank 0 then greets; by this the task knows that it has reached rank
 * 0, and enters itself. When all are there, rank 0 says `go` or `stop`, and the task
 * closes first, so that no port lingers on rank 0's node. Rank 0 asks a node that does
 * not come at the same port, and a task there says why.
 */
#ifndef ATELIER_ROLL_MESSAGE_H
#define ATELIER_ROLL_MESSAGE_H

#include "lib/deadline.h"
#include "lib/protocol/proof.h"
#include "lib/roll/roll.h"

#define ROLL_MESSAGE_MAX 2048
#define ROLL_PROTOCOL "1"

enum roll_word {
    ROLL_NONCE, /* the first of each side, which is no message */
    ROLL_GREETING,
    ROLL_GO,
    ROLL_STOP, /* rank 0 tells the user why */
    ROLL_ENTRY,
    ROLL_QUESTION /* from rank 0, to a node that has not come */
};

/* One end of a connection. */
struct roll_channel {
    int socket; /* non-blocking; the caller closes it */
    struct proof proof;
    bool met;      /* whether the other side's nonce has come */
    size_t length; /* of the part of a message that has come */
    unsigned char bytes[2 + PROOF_TAG_SIZE + ROLL_MESSAGE_MAX];
};

/* Makes an end of `socket` for the step of that name. Returns 0, or -1 with errno set. */
int roll_channel_begin(struct roll_channel *channel, int socket,
                       const struct proof_secret *secret, const char *step,
                       enum proof_side side);

/* Sends `word`; `entry` goes with ROLL_ENTRY, else it may be NULL. Returns 0, or -1 when
 * the peer is gone or does not take it by the deadline. */
int roll_message_send(struct roll_channel *channel, enum roll_word word,
                      const struct roll_entry *entry, const struct deadline *deadline);

/* Reads what has come. Returns 1 with `word` filled from a whole message, and `entry` if
 * it is an entry; 0 when more is to come; -1 when the peer closed or is a stranger. */
int roll_message_read(struct roll_channel *channel, enum roll_word *word,
                      struct roll_entry *entry);

/* Waits for `word`. Returns 0 or -1 likewise. */
int roll_message_expect(struct roll_channel *channel, enum roll_word word,
                        struct roll_entry *entry, const struct deadline *deadline);

#endif
