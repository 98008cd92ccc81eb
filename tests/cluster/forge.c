/* forge.c: a SPANK plugin of a user's own, which forges the prolog's environment.
 *
 * It hands on $FORGE_NAME with $FORGE_VALUE, or with $FORGE_BYTES bytes.
 */
#include <slurm/spank.h>
#include <stdlib.h>
#include <string.h>
SPANK_PLUGIN(forge, 1)

int slurm_spank_init_post_opt(spank_t spank, int count, char *words[])
{
    const char *bytes = getenv("FORGE_BYTES"), *value = getenv("FORGE_VALUE");
    size_t length = bytes ? strtoul(bytes, NULL, 10) : 0;
    char *filling = calloc(1, length + 1);

    (void)count;
    (void)words;
    memset(filling, 'x', length);
    if (spank_context() == S_CTX_ALLOCATOR || spank_context() == S_CTX_LOCAL)
        spank_job_control_setenv(spank, getenv("FORGE_NAME"), value ? value : filling, 1);
    return 0;
}
