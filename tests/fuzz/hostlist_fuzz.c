/* hostlist_fuzz.c: Slurm's host lists and counts. */
#include "tests/fuzz/fuzz.h"

#include "lib/hostlist.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_bytes bytes = {data, size};
    char *text = fuzz_text(&bytes, '\0');
    struct hostlist list = {0};
    struct error error = {0};
    unsigned *counts;
    size_t count;

    if (hostlist_expand(&list, text, &error) < 0) {
        FUZZ_REQUIRE(error.text[0] && list.count == 0);
    } else {
        FUZZ_REQUIRE(list.count <= HOSTLIST_COUNT_MAX);
        for (size_t i = 0; i < list.count; i++)
            FUZZ_REQUIRE(list.hosts[i][0]);
    }
    hostlist_release(&list);
    error = (struct error){0};
    counts = hostlist_expand_counts(text, &count, &error);
    FUZZ_REQUIRE(counts || error.text[0]);
    free(counts);
    free(text);
    return 0;
}
