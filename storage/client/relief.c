/* relief.c: lets a kernel forget what it remembers too much of, for a client. */
#include "storage/client/relief.h"

#include "lib/number.h"
#include "lib/process.h"
#include "storage/client/kernel_names.h"

#include <sys/wait.h>

int relief_read(struct relief *relief, const struct record *word, size_t volumes)
{
    relief->volume = number_of(record_get(word, "volume"), ULONG_MAX);
    relief->inodes = number_of(record_get(word, "inodes"), ULONG_MAX);
    relief->refused = number_of(record_get(word, "refused"), ULONG_MAX);
    return relief->volume < volumes ? 0 : -1;
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
