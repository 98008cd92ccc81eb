/* proof.c: computes the tags by which a step's processes know each other. */
#include "lib/protocol/proof.h"

#include <sodium.h>
#include <string.h>
#include <sys/random.h>

/* Fills the bytes with random ones. libsodium's own function ends the process where the
 * kernel has no randomness. */
static int fill(unsigned char *bytes, size_t length)
{
    return getrandom(bytes, length, 0) == (ssize_t)length ? 0 : -1;
}

int proof_secret_make(struct proof_secret *secret)
{
    return fill(secret->bytes, sizeof(secret->bytes));
}

void proof_secret_write(const struct proof_secret *secret,
                        char text[PROOF_SECRET_TEXT_SIZE])
{
    sodium_bin2hex(text, PROOF_SECRET_TEXT_SIZE, secret->bytes, sizeof(secret->bytes));
}

int proof_secret_read(struct proof_secret *secret, const char *text)
{
    size_t length = strlen(text), read = 0;

    if (length != PROOF_SECRET_TEXT_SIZE - 1 ||
        sodium_hex2bin(secret->bytes, sizeof(secret->bytes), text, length, NULL, &read,
                       NULL) < 0)
        return -1;
    return read == sizeof(secret->bytes) ? 0 : -1;
}

void proof_forget(void *place, size_t size)
{
    sodium_memzero(place, size);
}

int proof_begin(struct proof *proof, const struct proof_secret *secret,
                const char *purpose, enum proof_side side)
{
    *proof = (struct proof){.secret = secret, .purpose = purpose, .side = side};
    return fill(proof->nonces[side], PROOF_NONCE_SIZE);
}

static enum proof_side other(const struct proof *proof)
{
    return proof->side == PROOF_CONNECTS ? PROOF_LISTENS : PROOF_CONNECTS;
}

const unsigned char *proof_nonce(const struct proof *proof)
{
    return proof->nonces[proof->side];
}

void proof_meet(struct proof *proof, const unsigned char nonce[PROOF_NONCE_SIZE])
{
    memcpy(proof->nonces[other(proof)], nonce, PROOF_NONCE_SIZE);
}

/* Hashes a message. What stands before the bytes is of fixed length, so that no two
 * messages are hashed alike. */
static void digest(struct proof *proof, enum proof_side from, const void *bytes,
                   size_t length, unsigned char tag[PROOF_TAG_SIZE])
{
    unsigned char head[1 + sizeof(uint64_t)] = {(unsigned char)from};
    uint64_t number = proof->count[from]++;
    crypto_generichash_state state;

    for (size_t i = 0; i < sizeof(number); i++)
        head[1 + i] = (unsigned char)(number >> (8 * i));
    crypto_generichash_init(&state, proof->secret->bytes, sizeof(proof->secret->bytes),
                            PROOF_TAG_SIZE);
    crypto_generichash_update(&state, (const unsigned char *)proof->purpose,
                              strlen(proof->purpose) + 1);
    crypto_generichash_update(&state, (const unsigned char *)proof->nonces,
                              sizeof(proof->nonces));
    crypto_generichash_update(&state, head, sizeof(head));
    crypto_generichash_update(&state, bytes, length);
    crypto_generichash_final(&state, tag, PROOF_TAG_SIZE);
    proof_forget(&state, sizeof(state));
}

void proof_tag(struct proof *proof, const void *bytes, size_t length,
               unsigned char tag[PROOF_TAG_SIZE])
{
    digest(proof, proof->side, bytes, length, tag);
}

bool proof_verify(struct proof *proof, const void *bytes, size_t length,
                  const unsigned char tag[PROOF_TAG_SIZE])
{
    unsigned char wanted[PROOF_TAG_SIZE];

    digest(proof, other(proof), bytes, length, wanted);
    return sodium_memcmp(wanted, tag, PROOF_TAG_SIZE) == 0;
}
