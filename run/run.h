/* run.h: `atelier run`, one program in all nodes of an allocation. */
#ifndef ATELIER_RUN_H
#define ATELIER_RUN_H

#include "lib/settings.h"

/* Takes the arguments after its noun, argv[0] being "atelier run", reads them by argp and
 * returns the exit status of the program: that of what it ran, or 125 of its own. */
int run_main(int argc, char **argv, const struct settings *settings);

#endif
