/* namespace_kind_test.c: which line of slurm.conf names a plugin that we do not know. */
#include "tests/unit/unit.h"

#include "lib/slurm/namespace_kind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char setting[NAMESPACE_SETTING_SIZE];

static bool look(const char *text)
{
    FILE *conf = fmemopen((void *)(size_t)text, strlen(text), "r");
    bool is_found = namespace_kind_find(conf, setting);

    fclose(conf);
    return is_found;
}

static void those_that_are_known_are_none(void **state)
{
    (void)state;
    assert_false(look("\n"));
    assert_false(look("ClusterName=c\nSlurmctldHost=head\n"));
    assert_false(look("JobContainerType=job_container/none\n"));
    assert_false(look("JobContainerType=job_container/tmpfs # private\n"));
    assert_false(look("NamespaceType = namespace/linux\nProctrackType=proctrack/own"));
    assert_false(look("#NamespaceType=namespace/own\nNamespaceType=tmpfs\n"));
    assert_false(look("NamespaceType=\nMyNamespaceType=namespace/own\n"));
    assert_false(look("NamespaceTypes=own\nNamespaceType own\n"));
}

static void another_is_told_as_it_stands(void **state)
{
    (void)state;
    assert_true(look("ClusterName=c\nNamespaceType=namespace/own\n"));
    assert_string_equal(setting, "NamespaceType=namespace/own");
    assert_true(look(" jobcontainertype =\t\"job_container/own\" # ours"));
    assert_string_equal(setting, "jobcontainertype=job_container/own");
    assert_true(look("NamespaceType=tmpfsy\n"));
    assert_true(look("NamespaceType=namespace/tmpfs\nJobContainerType=own\n"));
}

static void a_long_one_is_cut(void **state)
{
    char line[4096];

    (void)state;
    snprintf(line, sizeof(line), "NamespaceType=namespace/%03000d\n", 1);
    assert_true(look(line));
    assert_int_equal(strlen(setting), sizeof(setting) - 1);
}

static void the_machines_own_file_is_read(void **state)
{
    char directory[] = "/tmp/namespace-kind.XXXXXX", path[64];
    FILE *file;

    (void)state;
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof(path), "%s/slurm.conf", directory);
    setenv("SLURM_CONF", path, 1);
    assert_false(namespace_kind_look(setting));
    file = fopen(path, "w");
    fputs("NamespaceType=namespace/own\n", file);
    fclose(file);
    assert_true(namespace_kind_look(setting));
    unlink(path);
    rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(those_that_are_known_are_none),
        cmocka_unit_test(another_is_told_as_it_stands),
        cmocka_unit_test(a_long_one_is_cut),
        cmocka_unit_test(the_machines_own_file_is_read),
    };

    return RUN_TAP(tests);
}
