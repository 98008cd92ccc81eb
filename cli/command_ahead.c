/* command_ahead.c: starts one of Slurm's programs before its answer is needed. */
#include "cli/command_ahead.h"

#include "cli/command_question.h"

#include <stdlib.h>

int command_ahead_begin(struct command_ahead *ahead, json_t *question,
                        struct error *error)
{
    if (ahead->question)
        return 0;
    ahead->argv = command_question_argv(json_object_get(question, "argv"), error);
    if (!ahead->argv)
        return -1;
    ahead->question = json_incref(question);
    ahead->call = (struct slurm_call){
        .argv = ahead->argv, .milliseconds = command_question_milliseconds(question)};
    ahead->started = slurm_command_start(&ahead->call, 1);
    return 0;
}

struct slurm_call *command_ahead_wait(struct command_ahead *ahead)
{
    if (!ahead->question)
        return NULL;
    slurm_command_finish(ahead->started);
    ahead->started = NULL;
    return &ahead->call;
}

void command_ahead_end(struct command_ahead *ahead)
{
    slurm_command_abandon(ahead->started);
    free(ahead->call.text);
    free(ahead->argv);
    json_decref(ahead->question);
    *ahead = (struct command_ahead){.question = NULL};
}
