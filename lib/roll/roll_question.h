/* roll_question.h: asks a node why its tasks do not come (for roll_call.c). */
#ifndef ATELIER_ROLL_QUESTION_H
#define ATELIER_ROLL_QUESTION_H

#include "lib/roll/roll_call.h"

enum roll_answer {
    ROLL_ANSWERED,     /* `problem` is what a task there said */
    ROLL_NOBODY_THERE, /* the node is up, and no task has anything to say */
    ROLL_OUT_OF_REACH  /* `why` is the cause */
};

struct roll_question {
    const struct roll_call *call;
    char problem[ERROR_TEXT_SIZE];
    char why[ERROR_TEXT_SIZE]; /* of the last node that was out of reach */
};

/* Asks the node. It takes 1 s at the most. */
enum roll_answer roll_question_ask(struct roll_question *question, const char *node);

#endif
