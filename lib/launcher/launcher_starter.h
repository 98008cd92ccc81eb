/* launcher_starter.h: commands that start the processes of a framework themselves.
 *
 * Their own word is the right one: the rank of the task that runs them would be that of
 * every process below. Only what stands where a command stands is one: a script's
 * `--strategy deepspeed` is none. Scripts are not read. In doubt it is none: below a rank
 * they set their own anew, but a rank that is taken for one of them has nothing.
 */
#ifndef ATELIER_LAUNCHER_STARTER_H
#define ATELIER_LAUNCHER_STARTER_H

#include <stdbool.h>

/* Whether the command is torchrun, mpirun or another one of them, by its name, as a
 * module of python or as the last command of the text of `sh -c`: not one that a
 * condition or a loop holds, or that is looked up. */
bool launcher_starter(char *const words[], int count);

/* Whether it is a shell without anything to run: one to type in, at a terminal. */
bool launcher_starter_is_shell(char *const words[], int count);

#endif
