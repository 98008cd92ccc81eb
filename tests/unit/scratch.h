/* scratch.h: a directory of a test's own, removed when it ends. */
#ifndef ATELIER_SCRATCH_H
#define ATELIER_SCRATCH_H

#include "tests/unit/unit.h"

#define SCRATCH_PATH_SIZE 256

/* Each is a cmocka setup function: it makes the directory and keeps its path.
 * scratch_setup makes it below $TMPDIR; scratch_setup_trusted where every parent belongs
 * to root, which only root can do. */
int scratch_setup(void **state);
int scratch_setup_trusted(void **state);

/* The cmocka teardown function of both. */
int scratch_teardown(void **state);

/* Where root's directory cannot be made, turns those of the `count` tests that `setup`
 * sets up into tests that are skipped, with the reason. (cmocka's skip() says "not ok",
 * which prove takes for a failure.) */
void scratch_skip_untrusted(struct CMUnitTest *tests, size_t count,
                            CMFixtureFunction setup);

#define SKIP_UNTRUSTED(tests, setup) \
    scratch_skip_untrusted(tests, sizeof(tests) / sizeof((tests)[0]), setup)

/* The path of `name` in the directory; the text stays until the next but seven call. */
const char *scratch_path(const char *name);

/* Writes `text` to the file `name`, mode 0644, with the directories that it needs. */
void scratch_write(const char *name, const char *text);

#endif
