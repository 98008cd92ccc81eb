/* command_question.h: the questions of a command, and their answers.
 *
 * A question has a `name` and is of one of Slurm's programs, { argv, fields, mark,
 * seconds }, which with `watch` is heard while it runs (command_watch.h), and with
 * `ahead` runs while others are answered (command_ahead.h); or of what else can be told
 * here, { source, ... } (command_source.h).
 */
#ifndef ATELIER_COMMAND_QUESTION_H
#define ATELIER_COMMAND_QUESTION_H

#include "cli/command_ahead.h"
#include "cli/command_host.h"
#include "lib/policy/policy_engine.h"

/* Answers the array `questions`, Slurm's programs all at once, and gives each answer to
 * session.lua; that of one that is asked `ahead`, of which there is one at a time, when
 * no other is asked. Returns 0; or -1 with `error` filled when one has no answer that is
 * not optional. */
int command_questions_answer(const struct command_context *context,
                             struct policy_engine *engine, struct command_ahead *ahead,
                             const json_t *questions, struct error *error);

/* Gives session.lua the answer `value` to the question. Returns 0 or -1. */
int command_question_give(struct policy_engine *engine, const json_t *question,
                          json_t *value, struct error *error);

/* The words of one of Slurm's programs, for exec: a list ended by NULL, which the caller
 * frees, of the texts of `words`. NULL with `error` filled where a command may not run
 * it. */
const char **command_question_argv(const json_t *words, struct error *error);

/* How long the program of a question or of a change may take, by its `seconds`. */
int command_question_milliseconds(const json_t *object);

#endif
