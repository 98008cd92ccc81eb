/* names_test.c: for how long names hold, by a clock of the test's own. */
#include "tests/unit/unit.h"

#include "nfs/name/names.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NOTICE 16 /* bytes, of which one makes the kernel forget names */
#define MOST 30.0 /* seconds */
#define TICK_MS 4 /* of a server whose times are nanoseconds of its kernel's ticks */
#define OLD 100   /* seconds: nobody has changed the directory for so long */

long long __wrap_clock_milliseconds(void);

static struct server server;
static struct volume volume;
static struct inode directory;
static int kernel[2];
static long long now;
static time_t day;

long long __wrap_clock_milliseconds(void)
{
    return now;
}

int fuse_session_fd(struct fuse_session *session)
{
    (void)session;
    return kernel[1];
}

static int begin(void **state)
{
    (void)state;
    server = (struct server){.entry.attribute_cache_ms = FILE_SERVER_LIKE_THE_KERNEL};
    volume = (struct volume){.server = &server};
    memset(&directory, 0, sizeof(directory));
    now = 1000000;
    day = time(NULL);
    return pipe2(kernel, O_NONBLOCK | O_CLOEXEC);
}

static int end(void **state)
{
    (void)state;
    free(directory.names);
    close(kernel[0]);
    return close(kernel[1]);
}

/* How the directory is when it was changed so many milliseconds after the test's begin,
 * by a server whose times are multiples of `tick`. */
static struct fattr3 changed_at(long long milliseconds, long long tick)
{
    long long shown = (long long)day * 1000 + milliseconds;
    struct fattr3 attributes = {.type = NF3DIR};

    shown -= shown % tick;
    attributes.ctime.seconds = (u_int)(shown / 1000);
    attributes.ctime.nseconds = (u_int)(shown % 1000) * 1000000;
    attributes.mtime = attributes.ctime;
    return attributes;
}

static void seen(long long milliseconds, long long tick)
{
    struct fattr3 attributes = changed_at(milliseconds, tick);

    names_seen(&volume, &directory, &attributes);
}

static void changed(long long before, long long after, long long tick)
{
    struct fattr3 was = changed_at(before, tick), is = changed_at(after, tick);
    struct wcc_data change = {.before.attributes_follow = 1,
                              .after.attributes_follow = 1};

    change.before.pre_op_attr_u.attributes.ctime = was.ctime;
    change.before.pre_op_attr_u.attributes.mtime = was.mtime;
    change.after.post_op_attr_u.attributes = is;
    names_changed(&volume, &directory, &change);
}

/* Of a name that is asked for and answered now. */
static double holds(void)
{
    return names_hold(&volume, &directory, now, MOST);
}

/* How often the kernel was made to forget since the last time. */
static int drops(void)
{
    char notices[64 * NOTICE];
    ssize_t size = read(kernel[0], notices, sizeof(notices));

    return size < 0 ? 0 : (int)size / NOTICE;
}

static void of_what_is_not_known_no_name_holds(void **state)
{
    (void)state;
    assert_true(holds() == 0);
}

static void a_name_holds_while_its_directory_is_as_it_was(void **state)
{
    (void)state;
    seen(-OLD * 1000, TICK_MS);
    assert_true(holds() == MOST);
    now += 5000;
    seen(-OLD * 1000, TICK_MS);
    assert_true(holds() == MOST);
    assert_int_equal(drops(), 0);
}

static void another_nodes_change_drops_names_once_and_makes_lively(void **state)
{
    (void)state;
    seen(-OLD * 1000, TICK_MS);
    holds();
    now += 1000;
    seen(1000, TICK_MS);
    assert_int_equal(drops(), 1);
    assert_true(holds() == 0);
    seen(1100, TICK_MS);
    assert_int_equal(drops(), 0); /* nothing was told that could be false */
    now += 2999;
    assert_true(holds() == 0);
    now += 1;
    assert_true(holds() == MOST);
}

static void an_answer_from_before_the_change_does_not_hold(void **state)
{
    long long asked;

    (void)state;
    seen(-OLD * 1000, TICK_MS);
    asked = now;
    now += 10;
    seen(5, TICK_MS);
    now += 5000;
    assert_true(names_hold(&volume, &directory, asked, MOST) == 0);
}

static void names_that_are_over_are_not_dropped(void **state)
{
    (void)state;
    seen(-OLD * 1000, TICK_MS);
    holds();
    now += (long long)(MOST * 1000);
    seen(1000, TICK_MS);
    assert_int_equal(drops(), 0);
}

static void an_own_change_leaves_names(void **state)
{
    (void)state;
    volume.clock.tick = TICK_MS * 1000000;
    seen(-OLD * 1000, TICK_MS);
    holds();
    changed(-OLD * 1000, 100, TICK_MS);
    assert_int_equal(drops(), 0);
    assert_true(holds() == MOST);
}

static void an_own_change_shows_that_another_came_before(void **state)
{
    (void)state;
    seen(-OLD * 1000, TICK_MS);
    holds();
    changed(50, 100, TICK_MS);
    assert_int_equal(drops(), 1);
    assert_true(holds() == 0);
}

/* Within its second another node's change would not show. */
static void where_times_are_whole_seconds_a_name_waits_for_the_next(void **state)
{
    (void)state;
    seen(0, 1000);
    assert_true(holds() == 0);
    now += 900;
    assert_true(holds() == 0);
    now += 200;
    assert_true(holds() == MOST);
}

static void where_times_are_whole_seconds_an_own_change_drops_names(void **state)
{
    (void)state;
    seen(-OLD * 1000, 1000);
    assert_true(holds() == MOST);
    changed(-OLD * 1000, 100, 1000);
    assert_int_equal(drops(), 1);
    assert_true(holds() == 0);
    now += 1100;
    assert_true(holds() == MOST);
}

static void a_fine_clock_is_soon_over_its_tick(void **state)
{
    (void)state;
    seen(1, 1);
    assert_true(holds() == 0);
    now += 20;
    assert_true(holds() == MOST);
}

static void a_kernel_without_the_means_trusts_a_name_for_a_second(void **state)
{
    (void)state;
    close(kernel[0]);
    kernel[0] = -1;
    signal(SIGPIPE, SIG_IGN);
    names_drop(&volume);
    assert_true(volume.names_stay);
    seen(-OLD * 1000, TICK_MS);
    assert_true(holds() == 1.0);
    free(directory.names);
    directory.names = NULL;
    seen(-20000 * 1000, TICK_MS);
    assert_true(holds() >= 20.0 && holds() < 21.0);
}

static void a_listing_on_its_way_is_dropped_once_more(void **state)
{
    (void)state;
    volume.listed = now - 99;
    names_drop(&volume);
    names_drop_late(&volume);
    assert_int_equal(drops(), 1);
    now += 100;
    names_drop_late(&volume);
    names_drop_late(&volume);
    assert_int_equal(drops(), 1);
}

static void what_is_gone_drops_names_once_a_second(void **state)
{
    (void)state;
    names_stale(&volume);
    names_stale(&volume);
    now += 999;
    names_stale(&volume);
    assert_int_equal(drops(), 1);
    now += 1;
    names_stale(&volume);
    assert_int_equal(drops(), 1);
}

static void a_fixed_time_holds_whatever_the_tick(void **state)
{
    (void)state;
    server.entry.attribute_cache_ms = (long)(MOST * 1000);
    seen(0, 1000);
    assert_true(holds() == MOST);
    seen(2000, 1000);
    assert_int_equal(drops(), 1);
    assert_true(holds() == MOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
        TEST(of_what_is_not_known_no_name_holds),
        TEST(a_name_holds_while_its_directory_is_as_it_was),
        TEST(another_nodes_change_drops_names_once_and_makes_lively),
        TEST(an_answer_from_before_the_change_does_not_hold),
        TEST(names_that_are_over_are_not_dropped),
        TEST(an_own_change_leaves_names),
        TEST(an_own_change_shows_that_another_came_before),
        TEST(where_times_are_whole_seconds_a_name_waits_for_the_next),
        TEST(where_times_are_whole_seconds_an_own_change_drops_names),
        TEST(a_fine_clock_is_soon_over_its_tick),
        TEST(a_kernel_without_the_means_trusts_a_name_for_a_second),
        TEST(a_listing_on_its_way_is_dropped_once_more),
        TEST(what_is_gone_drops_names_once_a_second),
        TEST(a_fixed_time_holds_whatever_the_tick),
    };

    return RUN_TAP(tests);
}
