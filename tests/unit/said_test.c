/* said_test.c: what a program says: how much is kept, and which line tells why. */
#include "lib/said.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

static void assert_line(struct said_line line, const char *wanted)
{
    assert_int_equal(line.length, (int)strlen(wanted));
    assert_memory_equal(line.text, wanted, strlen(wanted));
}

static void the_line_that_tells(void **state)
{
    (void)state;
    assert_line(said_first_line("\n \n  one\ntwo\n\n"), "one");
    assert_line(said_last_line("one\ntwo \n \n\n"), "two");
    assert_line(said_last_line("one\n  two"), "  two");
    assert_line(said_first_line("alone"), "alone");
    assert_line(said_last_line("alone"), "alone");
    assert_line(said_first_line(" \n"), "");
    assert_line(said_last_line(" \n"), "");
    assert_line(said_first_line(NULL), "");
    assert_line(said_last_line(NULL), "");
}

static void a_name_before_it_is_taken_off(void **state)
{
    struct said_line line = said_last_line("srun: error:  no such node\n");

    (void)state;
    line = said_without(line, "srun");
    assert_line(line, "error:  no such node");
    line = said_without(line, "error");
    assert_line(line, "no such node");
    assert_line(said_without(line, "no"), "no such node");
    assert_line(said_without(said_last_line("srun:x"), "srun"), "srun:x");
    assert_line(said_without(said_last_line("sr"), "srun"), "sr");
}

static void what_fits_is_kept(void **state)
{
    struct said said;
    int end = said_open(&said, 100);

    (void)state;
    assert_true(end > 0);
    assert_string_equal(said_text(&said), "");
    said_hear(&said); /* and does not wait */
    assert_int_equal(write(end, "one ", 4), 4);
    said_hear(&said);
    assert_int_equal(write(end, "two", 3), 3);
    close(end);
    said_hear(&said);
    assert_string_equal(said_text(&said), "one two");
    assert_int_equal(said.fd, 0);
    assert_false(said.is_cut);
    said_release(&said);
    said_release(&said);
}

static void what_is_forgotten_makes_room(void **state)
{
    struct said said;
    int end = said_open(&said, 4);

    (void)state;
    said_forget(&said);
    assert_int_equal(write(end, "one ", 4), 4);
    said_hear(&said);
    assert_string_equal(said_text(&said), "one ");
    said_forget(&said);
    assert_string_equal(said_text(&said), "");
    assert_int_equal(write(end, "two ", 4), 4);
    close(end);
    said_hear(&said);
    assert_string_equal(said_text(&said), "two ");
    assert_false(said.is_cut);
    said_release(&said);
}

static void what_passes_the_bound_is_lost_and_read(void **state)
{
    char part[4096];
    struct said said;
    int end = said_open(&said, 10);

    (void)state;
    memset(part, 'x', sizeof(part));
    fcntl(end, F_SETFL, O_NONBLOCK);
    for (int i = 0; i < 64; i++) {
        assert_int_equal(write(end, part, sizeof(part)), sizeof(part));
        said_hear(&said);
    }
    close(end);
    said_hear(&said);
    assert_string_equal(said_text(&said), "xxxxxxxxxx");
    assert_true(said.is_cut);
    said_release(&said);
}

static void a_bound_that_is_met_cuts_nothing(void **state)
{
    struct said said;
    int end = said_open(&said, 3);

    (void)state;
    assert_int_equal(write(end, "one", 3), 3);
    said_hear(&said);
    assert_string_equal(said_text(&said), "one");
    assert_false(said.is_cut);
    close(end);
    said_release(&said);
}

static void a_file_has_a_beginning_and_an_end(void **state)
{
    int file = memfd_create("said", MFD_CLOEXEC);
    char text[4];

    (void)state;
    assert_string_equal(said_in_file(file, true, text, sizeof(text)), "");
    assert_int_equal(write(file, "abcdef", 6), 6);
    assert_string_equal(said_in_file(file, false, text, sizeof(text)), "abc");
    assert_string_equal(said_in_file(file, true, text, sizeof(text)), "def");
    assert_string_equal(said_in_file(-1, true, text, sizeof(text)), "");
    close(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_that_tells),
        cmocka_unit_test(a_name_before_it_is_taken_off),
        cmocka_unit_test(what_fits_is_kept),
        cmocka_unit_test(what_is_forgotten_makes_room),
        cmocka_unit_test(what_passes_the_bound_is_lost_and_read),
        cmocka_unit_test(a_bound_that_is_met_cuts_nothing),
        cmocka_unit_test(a_file_has_a_beginning_and_an_end),
    };

    return RUN_TAP(tests);
}
