/* volume_mounted.h: volumes that are mounted where this command runs, in a step of a job,
 * asked as the job asks them. */
#ifndef ATELIER_VOLUME_MOUNTED_H
#define ATELIER_VOLUME_MOUNTED_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Writes the directory of the volume `name` to `path`. Returns whether it is mounted;
 * nothing is asked of its server. */
bool volume_mounted_find(const char *name, char *path, size_t size);

/* Whether any of `volumes` (of volume_list.lua) is. */
bool volume_mounted_any(const json_t *volumes);

/* In a child: looks at `path`, writes a file there and removes it if `probe`, and sends
 * an answer in the form of client_protocol.h. Returns its exit status. */
int volume_mounted_look(const char *path, bool probe, int socket);

#endif
