/* record.h: an ordered list of key and value texts, and its form on a socket.
 *
 * The wire form is that of environ: "key=value" strings, each ended by NUL. It needs no
 * parser beyond strchr, carries any value but NUL, and is bounded by RECORD_SIZE_MAX, so
 * that the side that runs as root reads it into one buffer.
 */
#ifndef ATELIER_RECORD_H
#define ATELIER_RECORD_H

#include <stddef.h>

#define RECORD_SIZE_MAX 65536 /* bytes of the encoded form */

struct record;

/* Returns a new empty record, or NULL when memory is short. The caller owns it. */
struct record *record_create(void);

/* Returns a new record with one pair, or NULL when memory is short. All that sets pairs
 * takes NULL, so that record_whole alone has to be asked. */
struct record *record_begin(const char *key, const char *value);

/* Returns `record`, which may be NULL; or NULL, and the record is destroyed, when a pair
 * that was to be set is not in it. */
struct record *record_whole(struct record *record);

/* As record_create, with another bound than RECORD_SIZE_MAX, for a record that is not
 * sent. */
struct record *record_create_sized(size_t size);

/* Returns the bound of `record` in bytes. */
size_t record_size_max(const struct record *record);

/* Frees `record`, which may be NULL. */
void record_destroy(struct record *record);

/* Sets `key` (non-empty, without '=') to a copy of `value`, in place of an earlier one.
 * Returns 0, or -1 with the record unchanged when the key is malformed, memory is short
 * or the encoded form would pass the record's bound. */
int record_set(struct record *record, const char *key, const char *value);

/* As record_set, with the value from a printf format. */
int record_setf(struct record *record, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Returns the value of `key`, owned by the record until its next change; NULL when
 * absent. */
const char *record_get(const struct record *record, const char *key);

/* Reads the value of `key` as a decimal number in these bounds. Returns 0; or -1 when it
 * is absent or no such number. */
int record_number(const struct record *record, const char *key, unsigned long least,
                  unsigned long most, unsigned long *number);

/* Returns which of `names` the value of `key` is; `count` when it is absent or none of
 * them. */
size_t record_choice(const struct record *record, const char *key,
                     const char *const names[], size_t count);

/* Return the number of pairs, and the pair at `index` in the order of first setting. */
size_t record_count(const struct record *record);
const char *record_key(const struct record *record, size_t index);
const char *record_value(const struct record *record, size_t index);

/* Writes the wire form to `buffer`. Returns its length, or -1 when `size` is too
 * small. */
long record_encode(const struct record *record, char *buffer, size_t size);

/* Reads the wire form. Returns a record that the caller owns, or NULL when the buffer is
 * not NUL-terminated, a pair has no key, or memory is short. A repeated key keeps its
 * last value. */
struct record *record_decode(const char *buffer, size_t length);

#endif
