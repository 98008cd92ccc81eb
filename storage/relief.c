/* relief.c: lets a kernel forget what it remembers too much of, for a client. */
#include "relief.h"
#include "kernel_names.h"
#include "process.h"

#include <stdlib.h>
#include <sys/wait.h>

static unsigned long number_of(const struct record *word, const char *key)
{
    const char *value = record_get(word, key);

    return value ? strtoul(value, NULL, 10) : 0;
}

int relief_read(struct relief *relief, const struct record *word, size_t volumes)
{
    relief->volume = number_of(word, "volume");
    relief->inodes = number_of(word, "inodes");
    relief->refused = number_of(word, "refused");
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
