/* memory_said.c: says what the kernel killed of the step that this runs in, as its job is
 * told; fails where nothing was killed.
 *
 *     memory_said NODE */
#include "lib/slurm/memory_kill.h"

#include <stdio.h>

int main(int count, char *words[])
{
    struct memory_kill kill;
    char text[512];

    if (count < 2 || !memory_kill_find("", &kill))
        return 1;
    memory_kill_describe(&kill, words[1], text, sizeof(text));
    puts(text);
    return 0;
}
