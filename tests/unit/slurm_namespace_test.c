/* slurm_namespace_test.c: which line of the kernel's list of mounts is the job's. */
#include "tests/unit/unit.h"

#include "lib/slurm/slurm_namespace.h"

#include <stdio.h>
#include <string.h>

#define OTHERS                                                             \
    "25 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard\n"     \
    "30 25 254:0 /var/tmp/jc/7 /var/tmp/jc/7 rw - ext4 /dev/vda rw\n"      \
    "31 25 0:4 uts:[4026531838] /var/tmp/jc/7/.ns rw - nsfs nsfs rw\n"     \
    "32 25 0:4 mnt:[4026532801] /var/tmp/jc/17/.ns rw - nsfs nsfs rw\n"    \
    "33 25 0:4 mnt:[4026532802] /var/tmp/jc/7/.ns2 rw - nsfs nsfs rw\n"    \
    "34 25 0:4 mnt:[4026532803] /var/tmp/jc/7/.ns/pid rw - nsfs nsfs rw\n" \
    "35 25 0:4 / /mnt:[4026532804]/7/.ns rw - tmpfs tmpfs rw\n"            \
    "36 25 0:4 mnt:[x] /var/tmp/jc/7/.ns rw - nsfs nsfs rw\n"              \
    "mnt:[1]\n"                                                            \
    "\n"

static struct slurm_namespace_binding found;

static bool look(const char *text)
{
    FILE *list = fmemopen((void *)(size_t)text, strlen(text), "r");
    bool is_found = slurm_namespace_find(list, 7, "n1", &found);

    fclose(list);
    return is_found;
}

static void no_plugin_no_namespace(void **state)
{
    (void)state;
    assert_false(look("\n"));
    assert_false(look(OTHERS));
}

static void each_plugins_file_is_found(void **state)
{
    (void)state;
    assert_true(look(OTHERS "40 25 0:4 mnt:[4026532901] /var/tmp/jc/7/.ns rw shared:2 - "
                            "nsfs nsfs rw\n"));
    assert_int_equal(found.inode, 4026532901);
    assert_string_equal(found.path, "/var/tmp/jc/7/.ns");
    assert_true(
        look(OTHERS "40 25 0:4 mnt:[4026532902] /base/7/.ns/mnt rw - nsfs nsfs rw\n"));
    assert_int_equal(found.inode, 4026532902);
    assert_string_equal(found.path, "/base/7/.ns/mnt");
}

static void the_last_is_the_newest(void **state)
{
    (void)state;
    assert_true(look("40 25 0:4 mnt:[4026532901] /a/7/.ns rw - nsfs nsfs rw\n"
                     "41 25 0:4 mnt:[4026532902] /a/7/.ns rw - nsfs nsfs rw\n"));
    assert_int_equal(found.inode, 4026532902);
}

static void a_job_of_another_node_on_this_host_is_not_ours(void **state)
{
    (void)state;
    assert_true(look("40 25 0:4 mnt:[4026532901] /jc/n1/7/.ns rw - nsfs nsfs rw\n"
                     "41 25 0:4 mnt:[4026532902] /jc/n2/7/.ns rw - nsfs nsfs rw\n"));
    assert_int_equal(found.inode, 4026532901);
    assert_true(look("40 25 0:4 mnt:[4026532902] /jc/n2/7/.ns rw - nsfs nsfs rw\n"
                     "41 25 0:4 mnt:[4026532901] /jc/n1/7/.ns rw - nsfs nsfs rw\n"));
    assert_int_equal(found.inode, 4026532901);
}

static void blanks_in_paths_are_read(void **state)
{
    char line[5200], path[4096];

    (void)state;
    assert_true(look("40 25 0:4 mnt:[4026532901] /a\\040b\\134c/7/.ns rw - nsfs n rw\n"));
    assert_string_equal(found.path, "/a b\\c/7/.ns");
    snprintf(path, sizeof(path), "/%04000d/7/.ns", 1);
    snprintf(line, sizeof(line), "40 25 0:4 mnt:[4026532901] %s rw\n", path);
    assert_true(look(line));
    assert_string_equal(found.path, path);
    snprintf(line, sizeof(line), "40 25 0:4 mnt:[4026532901] /%05000d/7/.ns rw\n", 1);
    assert_false(look(line));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_plugin_no_namespace),
        cmocka_unit_test(each_plugins_file_is_found),
        cmocka_unit_test(the_last_is_the_newest),
        cmocka_unit_test(a_job_of_another_node_on_this_host_is_not_ours),
        cmocka_unit_test(blanks_in_paths_are_read),
    };

    return RUN_TAP(tests);
}
