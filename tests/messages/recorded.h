/* recorded.h: the messages of which other releases' are kept. */
#ifndef ATELIER_RECORDED_H
#define ATELIER_RECORDED_H

#include "lib/record.h"

#include <stddef.h>
#include <stdio.h>

/* A message that is a record: how this release writes it, and what every release's one
 * says. */
struct recorded {
    const char *name;
    struct record *(*write)(void);
    void (*check)(const struct record *record);
};

extern const struct recorded recorded[];
extern const size_t recorded_count;

/* Every nonce of a side that is played is this byte: 'c' where it connects, 'l' where it
 * listens. */
extern int recorded_nonce;

/* Look at what is no record in the file at `path`: what a task and rank 0 say in a launch
 * check, and what a rank and `atelier run` say. */
void recorded_look_at_task(const char *path);
void recorded_look_at_rank_0(const char *path);
void recorded_look_at_rank(const char *path);
void recorded_look_at_run(const char *path);

/* Writes these four, as this release says them. */
void recorded_write_bytes(FILE *file);

#endif
