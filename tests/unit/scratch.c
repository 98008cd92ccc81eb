/* scratch.c: makes a test's directory and deletes it. */
#include "tests/unit/scratch.h"

#include "tests/unit/unit.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRUSTED_PARENT "/var/lib"
#define SKIPPED_MAX 32

static char directory[SCRATCH_PATH_SIZE / 2];

static int make_directory(const char *parent)
{
    snprintf(directory, sizeof(directory), "%s/atelier-test.XXXXXX", parent);
    if (!mkdtemp(directory)) {
        directory[0] = '\0';
        return -1;
    }
    return chmod(directory, 0755);
}

int scratch_setup(void **state)
{
    const char *parent = getenv("TMPDIR");

    (void)state;
    umask(022);
    return make_directory(parent && *parent ? parent : "/tmp");
}

int scratch_setup_trusted(void **state)
{
    (void)state;
    umask(022);
    return make_directory(TRUSTED_PARENT);
}

static void do_nothing(void **state)
{
    (void)state;
}

void scratch_skip_untrusted(struct CMUnitTest *tests, size_t count,
                            CMFixtureFunction setup)
{
    static char names[SKIPPED_MAX][128];

    if (geteuid() == 0 && access(TRUSTED_PARENT, W_OK) == 0)
        return;
    for (size_t i = 0; i < count && i < SKIPPED_MAX; i++) {
        if (tests[i].setup_func != setup)
            continue;
        snprintf(names[i], sizeof(names[i]), "%s # SKIP needs root, to write to %s",
                 tests[i].name, TRUSTED_PARENT);
        tests[i] = (struct CMUnitTest){.name = names[i], .test_func = do_nothing};
    }
}

static int remove_entry(const char *path, const struct stat *status, int kind,
                        struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

int scratch_teardown(void **state)
{
    (void)state;
    return nftw(directory, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

const char *scratch_path(const char *name)
{
    static char paths[8][SCRATCH_PATH_SIZE];
    static unsigned turn;
    char *path = paths[turn++ % 8];

    snprintf(path, SCRATCH_PATH_SIZE, "%s/%s", directory, name);
    return path;
}

void scratch_write(const char *name, const char *text)
{
    char path[SCRATCH_PATH_SIZE];
    FILE *file;

    snprintf(path, sizeof(path), "%s", scratch_path(name));
    for (char *slash = strchr(path + strlen(directory) + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0755);
        *slash = '/';
    }
    file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}
