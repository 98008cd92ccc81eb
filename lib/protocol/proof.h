/* proof.h: how the processes of one step know each other over the network.
 *
 * They share a secret, which their user and root can read and nobody else. Whoever
 * connects may be a stranger, and so may whoever listens, where a port was taken first.
 * So each end of a connection chooses a nonce, and each message has a tag: a keyed digest
 * (BLAKE2b) over both nonces, the direction, the message's number in it, and its bytes. A
 * message is not proven if it was recorded from another connection, sent back to where it
 * came from, or repeated, or if one before it was left out. Nothing is encrypted: whoever
 * reads the wire learns what is said, but cannot say anything.
 */
#ifndef ATELIER_PROOF_H
#define ATELIER_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROOF_SECRET_TEXT_SIZE 65 /* hexadecimal digits, and the terminating NUL */
#define PROOF_NONCE_SIZE 16
#define PROOF_TAG_SIZE 16

struct proof_secret {
    unsigned char bytes[(PROOF_SECRET_TEXT_SIZE - 1) / 2];
};

/* Makes a new secret. Returns 0, or -1 with errno set. */
int proof_secret_make(struct proof_secret *secret);

/* Write a secret as text for an environment, and read it back. Reading returns 0, or -1
 * where the text is not a whole secret. */
void proof_secret_write(const struct proof_secret *secret,
                        char text[PROOF_SECRET_TEXT_SIZE]);
int proof_secret_read(struct proof_secret *secret, const char *text);

/* Overwrites a secret or its text in memory. */
void proof_forget(void *place, size_t size);

enum proof_side { PROOF_CONNECTS, PROOF_LISTENS, PROOF_SIDES };

/* One end of a connection. */
struct proof {
    const struct proof_secret *secret;
    const char *purpose;
    enum proof_side side;
    unsigned char nonces[PROOF_SIDES][PROOF_NONCE_SIZE];
    uint64_t count[PROOF_SIDES]; /* of messages that each side has sent */
};

/* Chooses this side's nonce. Both `secret` and `purpose` must live as long; different
 * purposes keep meetings that share a secret apart. Returns 0, or -1 with errno set. */
int proof_begin(struct proof *proof, const struct proof_secret *secret,
                const char *purpose, enum proof_side side);

/* Return this side's nonce, to be sent before all messages; and take the other side's. */
const unsigned char *proof_nonce(const struct proof *proof);
void proof_meet(struct proof *proof, const unsigned char nonce[PROOF_NONCE_SIZE]);

/* Writes the tag of this side's next message. */
void proof_tag(struct proof *proof, const void *bytes, size_t length,
               unsigned char tag[PROOF_TAG_SIZE]);

/* Returns whether `tag` is that of the other side's next message, in constant time. */
bool proof_verify(struct proof *proof, const void *bytes, size_t length,
                  const unsigned char tag[PROOF_TAG_SIZE]);

#endif
