/* volume_question.h: whether the file servers of volumes answer this node.
 *
 * They are asked as a job's keeper would ask before it mounts the volumes
 * (lib/protocol/client_protocol.h), and nothing more.
 */
#ifndef ATELIER_VOLUME_QUESTION_H
#define ATELIER_VOLUME_QUESTION_H

#include "lib/error.h"
#include "lib/settings.h"

#include <jansson.h>

/* Asks for each of `volumes` (the entries of lua/atelier/show/volume_list.lua), all at
 * the same time but for 64 client processes at once, as the user who runs this. Returns
 * an array, which the caller owns, in the same order: { node, volume, server, host,
 * driver, milliseconds, asked, error }, where `error` is null or a sentence and
 * `milliseconds` null when there was no answer to wait for. `asked` is "all"; "mount", of
 * a volume that is mounted here and was asked by the job's client; or "service", what the
 * server answers to an unreserved port. NULL with `error` filled when memory is short. */
json_t *volume_question_ask(const struct settings *settings, const json_t *volumes,
                            struct error *error);

#endif
