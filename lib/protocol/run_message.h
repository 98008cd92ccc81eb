/* run_message.h: what the lines of run_protocol.h say, written and read.
 *
 * A text that is written has RUN_LINE_SIZE bytes and is cut where it is longer. Lines of
 * one word are run_protocol.h's.
 */
#ifndef ATELIER_RUN_MESSAGE_H
#define ATELIER_RUN_MESSAGE_H

#include "lib/protocol/release.h"
#include "lib/protocol/run_protocol.h"

#include <stdbool.h>

/* Who a rank is. No word is empty or has a blank in it. */
struct run_rank {
    unsigned number;
    char node[RUN_WORD_SIZE], step[RUN_WORD_SIZE];
    char role[RUN_WORD_SIZE], log[RUN_WORD_SIZE];
    /* Read alone; ours are written. */
    char protocol[RELEASE_WORD_SIZE], release[RELEASE_WORD_SIZE];
};

void run_message_rank(char text[RUN_LINE_SIZE], const struct run_rank *rank);

/* Returns whether `text` says who a rank is. */
bool run_message_read_rank(struct run_rank *rank, const char *text);

/* Returns whether the rank follows our protocol. */
bool run_message_is_ours(const struct run_rank *rank);

/* How a rank's command ended: by a signal of this number, or with this exit code. */
void run_message_ended(char text[RUN_LINE_SIZE], bool by_signal, int number);
bool run_message_read_ended(const char *text, bool *by_signal, int *number);

/* Why a rank cannot start. The reader returns the sentence, or NULL for another text. */
void run_message_refusal(char text[RUN_LINE_SIZE], const char *sentence);
const char *run_message_read_refusal(const char *text);

#endif
