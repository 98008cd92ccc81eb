/* relief.c: lets a kernel forget what it remembers too much of, for a client. */
#include "storage/client/relief.h"

#include "lib/process.h"
#include "storage/client/kernel_names.h"

#include <sys/wait.h>

void relief_take(struct relief *relief, const struct client_told *told)
{
    relief->volume = told->volume;
    relief->inodes = told->inodes;
    relief->refused = told->refused;
}

void relief_reap(struct relief *relief)
{
    if (relief->child > 0 && waitpid(relief->child, NULL, WNOHANG) != 0)
        relief->child = 0;
}

void relief_begin(struct relief *relief, const char *path)
{
    relief_reap(relief);
    if (relief->child <= 0)
        relief->child = kernel_names_forget_apart(path);
}

void relief_end(struct relief *relief)
{
    relief_reap(relief);
    if (relief->child > 0)
        process_kill(relief->child);
    relief->child = 0;
}
