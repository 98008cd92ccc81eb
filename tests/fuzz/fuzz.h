/* fuzz.h: what the fuzz targets share: libFuzzer's entry, and its bytes taken one by one.
 *
 * A target reads what it needs from the bytes; when they are used up it gets zeros, so
 * that any input means something. What must hold is checked with FUZZ_REQUIRE.
 */
#ifndef ATELIER_FUZZ_H
#define ATELIER_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUZZ_REQUIRE(condition)                                                     \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                \
        }                                                                           \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzz_bytes {
    const uint8_t *at;
    size_t left;
};

static inline unsigned fuzz_byte(struct fuzz_bytes *bytes)
{
    if (bytes->left == 0)
        return 0;
    bytes->left--;
    return *bytes->at++;
}

static inline unsigned fuzz_word(struct fuzz_bytes *bytes)
{
    unsigned high = fuzz_byte(bytes);

    return high << 8 | fuzz_byte(bytes);
}

/* Up to `size` bytes; the number of them is what it returns. */
static inline size_t fuzz_take(struct fuzz_bytes *bytes, const uint8_t **taken,
                               size_t size)
{
    if (size > bytes->left)
        size = bytes->left;
    *taken = bytes->at;
    bytes->at += size;
    bytes->left -= size;
    return size;
}

/* A malloc'ed text of the bytes up to `end`, which is taken too. */
static inline char *fuzz_text(struct fuzz_bytes *bytes, char end)
{
    const uint8_t *found = bytes->left ? memchr(bytes->at, end, bytes->left) : NULL;
    size_t length = found ? (size_t)(found - bytes->at) : bytes->left;
    char *text = malloc(length + 1);
    const uint8_t *taken;

    FUZZ_REQUIRE(text);
    fuzz_take(bytes, &taken, length);
    if (length > 0)
        memcpy(text, taken, length);
    text[length] = '\0';
    fuzz_byte(bytes);
    return text;
}

#endif
