/* run_line.c: reads and writes the lines of run_protocol.h. */
#include "lib/protocol/run_line.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define HELLO "hello "
#define TAG_DIGITS (2 * PROOF_TAG_SIZE)

/* Reads `count` bytes from hexadecimal digits. Returns whether `text` begins with so
 * many. */
static bool read_digits(unsigned char *bytes, size_t count, const char *text)
{
    const char *end;
    size_t read = 0;

    return strnlen(text, 2 * count) == 2 * count &&
           sodium_hex2bin(bytes, count, text, 2 * count, NULL, &read, &end) == 0 &&
           read == count;
}

size_t run_line_hello(const struct proof *proof, char line[RUN_LINE_SIZE])
{
    const size_t prefix = strlen(HELLO), digits = 2 * PROOF_NONCE_SIZE;

    memcpy(line, HELLO, prefix);
    sodium_bin2hex(line + prefix, digits + 1, proof_nonce(proof), PROOF_NONCE_SIZE);
    line[prefix + digits] = '\n';
    return prefix + digits + 1;
}

bool run_line_meet(struct proof *proof, const char *line)
{
    const size_t prefix = strlen(HELLO);
    unsigned char nonce[PROOF_NONCE_SIZE];

    if (strncmp(line, HELLO, prefix) != 0 ||
        !read_digits(nonce, sizeof(nonce), line + prefix))
        return false;
    proof_meet(proof, nonce);
    return true;
}

size_t run_line_write(struct proof *proof, char line[RUN_LINE_SIZE], const char *format,
                      va_list arguments)
{
    char *text = line + TAG_DIGITS + 1;
    /* The line has the tag, a blank, the text and a newline, and no NUL. */
    const int room = RUN_LINE_SIZE - TAG_DIGITS - 2;
    unsigned char tag[PROOF_TAG_SIZE];
    int length = vsnprintf(text, (size_t)room + 1, format, arguments);

    if (length < 0)
        return 0;
    if (length > room)
        length = room;
    proof_tag(proof, text, (size_t)length, tag);
    sodium_bin2hex(line, TAG_DIGITS + 1, tag, sizeof(tag));
    line[TAG_DIGITS] = ' ';
    text[length] = '\n';
    return TAG_DIGITS + 1 + (size_t)length + 1;
}

const char *run_line_read(struct proof *proof, const char *line)
{
    const char *text = line + TAG_DIGITS + 1;
    unsigned char tag[PROOF_TAG_SIZE];

    return read_digits(tag, sizeof(tag), line) && line[TAG_DIGITS] == ' ' &&
                   proof_verify(proof, text, strlen(text), tag)
               ? text
               : NULL;
}

const char *run_line_take(char *buffer, size_t *length)
{
    static char line[RUN_LINE_SIZE];
    char *end = memchr(buffer, '\n', *length);
    size_t size;

    if (!end)
        return NULL;
    size = (size_t)(end - buffer);
    memcpy(line, buffer, size);
    line[size] = '\0';
    *length -= size + 1;
    memmove(buffer, end + 1, *length);
    return line;
}
