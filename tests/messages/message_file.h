/* message_file.h: files of recorded messages, *.messages.
 *
 *     # a comment
 *
 *     message NAME       a record: its pairs follow, one a line
 *     KEY=VALUE
 *
 *     bytes NAME         what is no record: hexadecimal digits follow
 *     00ff
 */
#ifndef ATELIER_MESSAGE_FILE_H
#define ATELIER_MESSAGE_FILE_H

#include "lib/record.h"

#include <stddef.h>
#include <stdio.h>

/* Returns the record `name` of the file, for the caller to destroy; NULL where there is
 * none. */
struct record *message_file_record(const char *path, const char *name);

/* Reads the bytes `name` into `bytes`. Returns how many there are; 0 for none. */
size_t message_file_bytes(const char *path, const char *name, unsigned char *bytes,
                          size_t size);

/* Write to a file. */
void message_file_add_record(FILE *file, const char *name, const struct record *record);
void message_file_add_bytes(FILE *file, const char *name, const unsigned char *bytes,
                            size_t length);

#endif
