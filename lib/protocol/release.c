/* release.c: tells releases of Atelier from each other. */
#include "lib/protocol/release.h"

#include <stdio.h>
#include <string.h>

#define CHARACTERS                                                   \
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" \
    ".-+~"

int release_add(struct record *record, const char *protocol)
{
    return record_set(record, "protocol", protocol) < 0 ||
                   record_set(record, "release", RELEASE) < 0
               ? -1
               : 0;
}

bool release_follows(const struct record *record, const char *protocol)
{
    const char *said = record_get(record, "protocol");

    return said && strcmp(said, protocol) == 0;
}

static const char *word_or_unknown(const char *word)
{
    return word && *word && strlen(word) < RELEASE_WORD_SIZE &&
                   strspn(word, CHARACTERS) == strlen(word)
               ? word
               : "unknown";
}

const char *release_name(char name[RELEASE_NAME_SIZE], const char *release,
                         const char *protocol)
{
    snprintf(name, RELEASE_NAME_SIZE, "Atelier %s's (protocol %s)",
             word_or_unknown(release), word_or_unknown(protocol));
    return name;
}

const char *release_name_of(char name[RELEASE_NAME_SIZE], const struct record *record)
{
    return release_name(name, record_get(record, "release"),
                        record_get(record, "protocol"));
}
