/* request.h: the options of sbatch that the policy looks at, as a request for the engine.
 */
#ifndef ATELIER_REQUEST_H
#define ATELIER_REQUEST_H

#include <argp.h>
#include <jansson.h>

/* A child parser; its input is the json_t object that takes the request (the keys of
 * lua/atelier/submit.lua; the wall time as a text under `time`). */
extern const struct argp request_argp;

/* The keys of this parser's options begin here; a parent's are lower. */
#define REQUEST_KEY_FIRST 0x400

#endif
