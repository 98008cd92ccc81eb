/* run_message.c: writes and reads what `atelier run` and its ranks say. */
#include "lib/protocol/run_message.h"

#include <stdio.h>
#include <string.h>

#define REFUSE "refuse "

/* RUN_WORD_SIZE, less the terminating NUL. */
#define WORD "%71s"

_Static_assert(RUN_WORD_SIZE == 72, "WORD is of another size");

#define RELEASE_WORD "%31s"

_Static_assert(RELEASE_WORD_SIZE == 32, "RELEASE_WORD is of another size");

#define RANK "rank %u " WORD " " WORD " " WORD " " WORD " " RELEASE_WORD " " RELEASE_WORD

#define RUN_FIRST_PROTOCOL "1" /* of a rank that says nothing of it */

void run_message_rank(char text[RUN_LINE_SIZE], const struct run_rank *rank)
{
    snprintf(text, RUN_LINE_SIZE, "rank %u %s %s %s %s %s %s", rank->number, rank->node,
             rank->step, rank->role, rank->log, RUN_PROTOCOL, RELEASE);
}

bool run_message_read_rank(struct run_rank *rank, const char *text)
{
    int words;

    strcpy(rank->protocol, RUN_FIRST_PROTOCOL);
    rank->release[0] = '\0';
    words = sscanf(text, RANK, &rank->number, rank->node, rank->step, rank->role,
                   rank->log, rank->protocol, rank->release);
    return words >= 5;
}

bool run_message_is_ours(const struct run_rank *rank)
{
    return strcmp(rank->protocol, RUN_PROTOCOL) == 0;
}

void run_message_ended(char text[RUN_LINE_SIZE], bool by_signal, int number)
{
    snprintf(text, RUN_LINE_SIZE, "ended %s %d", by_signal ? "signal" : "exit", number);
}

bool run_message_read_ended(const char *text, bool *by_signal, int *number)
{
    char how[8];

    if (sscanf(text, "ended %7s %d", how, number) != 2)
        return false;
    *by_signal = strcmp(how, "signal") == 0;
    return true;
}

void run_message_refusal(char text[RUN_LINE_SIZE], const char *sentence)
{
    snprintf(text, RUN_LINE_SIZE, REFUSE "%s", sentence);
}

const char *run_message_read_refusal(const char *text)
{
    return strncmp(text, REFUSE, strlen(REFUSE)) == 0 ? text + strlen(REFUSE) : NULL;
}
