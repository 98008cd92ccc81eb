/* one_voice.c: chooses which task and which node speaks for all. */
#include "plugin/one_voice.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>

void one_voice_prepare(struct one_voice *voice)
{
    void *page;

    if (voice->is_taken)
        return;
    page = mmap(NULL, sizeof(*voice->is_taken), PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return;
    voice->is_taken = page;
    atomic_flag_clear(voice->is_taken);
}

bool one_voice_take(struct one_voice *voice)
{
    return !voice->is_taken || !atomic_flag_test_and_set(voice->is_taken);
}

void one_voice_release(struct one_voice *voice)
{
    if (voice->is_taken)
        munmap(voice->is_taken, sizeof(*voice->is_taken));
    voice->is_taken = NULL;
}

bool one_voice_is_elsewhere(struct spank_handle *spank)
{
    char *components = spank_job_environment(spank, "SLURM_HET_SIZE");
    bool is_one_of_several = components != NULL;
    unsigned node_rank;

    free(components);
    return !is_one_of_several && spank_job_node_rank(spank, &node_rank) == 0 &&
           node_rank > 0;
}
