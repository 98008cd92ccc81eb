/* proof.h: how the processes of one step know each other over the network.
 *
 * They share a secret, which their user and root can read and nobody else. Whoever
 * connects may be a stranger, and so may who listens, where a port was taken first. So
 * each end of a connection chooses a nonce, and each message has a tag: a keyed digest
 * (BLAKE2b) over both nonces, the direction, the message's number in it, and its bytes.
 * What was recorded from another connection, sent back to where it came from, repeated or
 * left out is not proven. Nothing is encrypted: who reads the wire learns what is said,
 * and cannot say anything.
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

/* A fresh one. Returns 0, or -1 with errno set. */
int proof_secret_make(struct proof_secret *secret);

/* Its form in an environment. What is read must be a whole one: 0, else -1. */
void proof_secret_write(const struct proof_secret *secret,
                        char text[PROOF_SECRET_TEXT_SIZE]);
int proof_secret_read(struct proof_secret *secret, const char *text);

/* Leaves nothing of it, or of its text, in the memory. */
void proof_forget(void *place, size_t size);

enum proof_side { PROOF_CONNECTS, PROOF_LISTENS, PROOF_SIDES };

/* One end of a connection. */
struct proof {
    const struct proof_secret *secret;
    const char *purpose;
    enum proof_side side;
    unsigned char nonces[PROOF_SIDES][PROOF_NONCE_SIZE];
    uint64_t count[PROOF_SIDES]; /* messages of each side */
};

/* Chooses this side's nonce. `secret` and `purpose`, which keeps meetings of one secret
 * apart, must live as long. Returns 0, or -1 with errno set. */
int proof_begin(struct proof *proof, const struct proof_secret *secret,
                const char *purpose, enum proof_side side);

/* This side's nonce, to be sent before all messages; and what the other sent. */
const unsigned char *proof_nonce(const struct proof *proof);
void proof_meet(struct proof *proof, const unsigned char nonce[PROOF_NONCE_SIZE]);

/* The tag of the next message of this side. */
void proof_tag(struct proof *proof, const void *bytes, size_t length,
               unsigned char tag[PROOF_TAG_SIZE]);

/* Whether `tag` is that of the other side's next message, looked at in constant time. */
bool proof_verify(struct proof *proof, const void *bytes, size_t length,
                  const unsigned char tag[PROOF_TAG_SIZE]);

#endif
