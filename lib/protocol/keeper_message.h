/* keeper_message.h: the messages of keeper_protocol.h, written and read.
 *
 * Each that is written is a new record for the caller to send (message_hand), or NULL
 * when memory is short.
 */
#ifndef ATELIER_KEEPER_MESSAGE_H
#define ATELIER_KEEPER_MESSAGE_H

#include "lib/fault.h"
#include "lib/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum keeper_request {
    KEEPER_JOIN,
    KEEPER_STOP,
    KEEPER_ENDED,
    KEEPER_STATUS,
    KEEPER_NAMESPACE,
    KEEPER_REQUEST_COUNT /* stands for what is none of these */
};

struct record *keeper_message_ask(enum keeper_request request);

/* Asks the keeper to stop; a `restart` of -1 is left out. */
struct record *keeper_message_stop(long restart);

/* Tells of the namespace that Slurm made for the job, whose descriptor goes along with
 * it, and of the `directory` of slurm_namespace.h. Without a descriptor, `failure` says
 * why there is none; NULL otherwise. */
struct record *keeper_message_namespace(unsigned job, const char *directory,
                                        const char *failure);

enum keeper_request keeper_message_request(const struct record *request);

/* Returns whether the request to stop says that the job was requeued `restart` times. */
bool keeper_message_is_restart(const struct record *request, unsigned restart);

/* Returns whether the request is for the keeper of this job. */
bool keeper_message_is_job(const struct record *request, unsigned job);

/* Return the directory, which may be "", and the failure, NULL for none, of the request
 * with a namespace. They belong to the request. */
const char *keeper_message_directory(const struct record *request);
const char *keeper_message_failure(const struct record *request);

/* Begins an answer: with the `state`, the protocol and our release. */
struct record *keeper_message_answer(const char *state);

/* Returns whether the answer follows our protocol, and whether it has the state. */
bool keeper_message_is_ours(const struct record *answer);
bool keeper_message_is(const struct record *answer, const char *state);

/* Writes a fault to an answer, and its state with it. Returns 0 or -1. */
int keeper_message_add_fault(struct record *answer, const char *state,
                             const struct fault *fault);

/* Reads the fault of an answer, which is this node's when the answer does not say whose.
 * Returns whether there is one; else `fault` stays as it is. */
bool keeper_message_fault(const struct record *answer, struct fault *fault);

/* Writes a variable of the tasks' environment to an answer. Returns 0 or -1. */
int keeper_message_add_variable(struct record *answer, const char *name,
                                const char *value);

/* Returns the name of the variable that the pair at `index` of an answer is, its value
 * being that of the pair; NULL when it is none. */
const char *keeper_message_variable(const struct record *answer, size_t index);

/* Writes the last lines of the keeper's standard output after a fault: who can act and
 * what everybody may read. */
void keeper_message_print(FILE *output, const struct fault *fault);

/* Reads these lines to `fault`, whose sentence stays as it is, and takes them off the end
 * of what the keeper `said`. Returns who can act, as above. */
enum error_party keeper_message_take(char *said, struct fault *fault);

#endif
