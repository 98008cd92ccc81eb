/* replay.h: the parts of replay (replay.c), which plays hook sequences. */
#ifndef ATELIER_REPLAY_H
#define ATELIER_REPLAY_H

#include <stdbool.h>

/* An empty directory for each test, and that of the *.hooks files. */
extern char run_directory[];
extern char source_directory[];

/* A malloc'ed copy of `line` with its $words and escapes replaced. */
char *line_expand(const char *line);

/* Cuts the first word off `*text`, which becomes what follows its space, or "". */
char *line_next_word(char **text);

/* Does what the expanded `line` says, in the played process. */
void action_do(char *line);

/* Whether an unexpanded line "expect ..." is true of a process that ended with
 * `exit_status`. */
bool expectation_holds(const char *line, int exit_status);

#endif
