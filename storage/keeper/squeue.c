/* squeue.c: starts squeue for one job. */
#include "storage/keeper/squeue.h"

#include <stdio.h>
#include <unistd.h>

int squeue_start(struct program *program, const char *path, const char *format,
                 unsigned job, void (*prepare)(const void *data), const void *data)
{
    char wanted[256], number[16];
    char *words[] = {(char *)path, JOB_LINE_ALL, wanted, (char *)"--jobs", number, NULL};
    const struct program_way way = {
        .words = words,
        .environment = environ,
        .process = {.rules = PROCESS_ALONE | PROCESS_BOUND | PROCESS_MORTAL},
        .most = {SAID_LINES},
        .is_one_stream = true,
        .prepare = prepare,
        .data = data};

    snprintf(wanted, sizeof(wanted), "--Format=%s", format);
    snprintf(number, sizeof(number), "%u", job);
    return program_start(program, &way);
}
