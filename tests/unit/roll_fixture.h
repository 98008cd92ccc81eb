/* roll_fixture.h: launch checks of steps of one node, this one, each task a process. */
#ifndef ATELIER_ROLL_FIXTURE_H
#define ATELIER_ROLL_FIXTURE_H

#include "tests/unit/unit.h"

#include "lib/roll/roll_call.h"
#include "lib/roll/roll_message.h"

#include <stdbool.h>
#include <sys/types.h>

#define ROLL_TASKS_MAX 1100

/* What came of each rank. */
extern struct roll_outcome {
    int status;
    long long milliseconds;
    struct error error;
} * roll_outcomes;

extern unsigned roll_port;

/* A cmocka setup function: a free port, another one for each test. */
int roll_setup(void **state);

/* The check of a rank of a step of so many tasks, which a test may change; and its start
 * in a process of its own, after so long. */
struct roll_call roll_call_of(unsigned tasks, unsigned rank);
pid_t roll_start(struct roll_call call, int after_ms);

/* Waits for all that were started. */
void roll_wait(void);

/* How many of the tasks have a sentence for the user. */
unsigned roll_sentences(unsigned tasks);
void roll_expect_all(unsigned tasks, int status);

/* Connects to the port. Returns a socket or -1. */
int roll_connect_as_stranger(void);

/* Connects until somebody listens, and says what a task of `call` says; rank 0 has then
 * greeted it, unless it took it for a stranger: 0 or -1. `channel` has the socket. */
int roll_connect_as_task(const struct roll_call *call, struct roll_channel *channel);

/* Whether a program that knows nothing of SO_REUSEADDR can listen there. */
bool roll_port_is_free(void);

#define ROLL_TEST(function) cmocka_unit_test_setup(function, roll_setup)

#endif
