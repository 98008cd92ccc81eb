/* plan_volume_test.c: the volumes of an engine's answer, field by field. */
#include "tests/unit/unit.h"

#include "tests/unit/plan_fixture.h"
#include "tests/unit/scratch.h"

#include <stdio.h>
#include <string.h>

/* A volume that is well but for the fields in `change`, which come last. */
static void refuse_volume(const char *change, const char *part)
{
    char body[1024];

    snprintf(
        body, sizeof(body),
        "local v = { name = 'data', server = 'big', host = 'nfs', export = '/srv', "
        "driver = 'libnfs', mode = 'rw' } for k, x in pairs({ %s }) do if x == 'NIL' "
        "then x = nil end v[k] = x end return { workspace = 'w', volumes = { v } }",
        change);
    plan_fixture_refuse_answer(body, part);
}

static void volumes_are_taken_over(void **state)
{
    const struct plan_volume *volume;
    struct plan *plan;

    (void)state;
    plan_fixture_policy(
        "return { workspace = 'w', frameworks = { 'mpi', 'pytorch' }, volumes = { { name "
        "= "
        "'data', server = 'big', host = 'fe80::1%eth0', export = '/srv/x y', driver = "
        "'libnfs', mode = 'ro', port = 2049, mount_port = 20048.0, deadline = 1.5 }, { "
        "name = 'out', server = 'big', host = 'nfs.example', export = '/', driver = "
        "'kernel', mode = 'rw', probe = 'write', on_failure = 'requeue' } } }");
    plan = plan_fixture_ask();
    assert_string_equal(plan->frameworks, "mpi,pytorch");
    assert_int_equal(plan->volume_count, 2);
    volume = &plan->volumes[0];
    assert_string_equal(volume->name, "data");
    assert_string_equal(volume->server.name, "big");
    assert_string_equal(volume->server.host, "fe80::1%eth0");
    assert_string_equal(volume->export_path, "/srv/x y");
    assert_string_equal(volume->driver, "libnfs");
    assert_true(volume->read_only);
    assert_false(volume->probe);
    assert_false(volume->requeue);
    assert_int_equal(volume->server.port, 2049);
    assert_int_equal(volume->server.mount_port, 20048);
    assert_int_equal(volume->deadline_ms, 1500);
    volume = &plan->volumes[1];
    assert_string_equal(volume->name, "out");
    assert_false(volume->read_only);
    assert_true(volume->probe);
    assert_true(volume->requeue);
    assert_int_equal(volume->server.port, 0);
    assert_int_equal(volume->server.mount_port, 0);
    assert_int_equal(volume->deadline_ms, 5000);
    plan_destroy(plan);
}

static void servers_words_are_taken_over(void **state)
{
    const struct plan_volume *volume;
    struct plan *plan;

    (void)state;
    plan_fixture_policy(
        "local nfs = { name = 'a', server = 's', host = 'h', export = '/', driver = "
        "'auto', mode = 'rw' } local other = {} for k, x in pairs(nfs) do other[k] = x "
        "end other.name, other.connections, other.version = 'b', 4, 4 other.recovery, "
        "other.timeout, other.attribute_cache, other.place = 'soft', 1.5, 0, '/data' "
        "other.locks = 'node' return { workspace = 'w', volumes = { nfs, other } }");
    plan = plan_fixture_ask();
    volume = &plan->volumes[0];
    assert_string_equal(volume->kind, "nfs");
    assert_int_equal(volume->server.version, 3);
    assert_int_equal(volume->server.connections, 0);
    assert_false(volume->server.is_soft);
    assert_int_equal(volume->server.timeout_ms, 60000);
    assert_int_equal(volume->server.attribute_cache_ms, FILE_SERVER_LIKE_THE_KERNEL);
    assert_false(volume->server.locks_on_node);
    assert_string_equal(volume->place, "");
    volume = &plan->volumes[1];
    assert_int_equal(volume->server.version, 4);
    assert_int_equal(volume->server.connections, 4);
    assert_true(volume->server.is_soft);
    assert_int_equal(volume->server.timeout_ms, 1500);
    assert_int_equal(volume->server.attribute_cache_ms, 0);
    assert_true(volume->server.locks_on_node);
    assert_string_equal(volume->place, "/data");
    plan_destroy(plan);
}

static void kinds_are_taken_over(void **state)
{
    const struct plan_volume *volume;
    struct plan *plan;

    (void)state;
    plan_fixture_policy(
        "return { workspace = 'w', volumes = { { name = 'a', kind = 'bind', path = "
        "'/lustre', mode = 'ro', deadline = 2, on_failure = 'requeue' }, { name = 'b', "
        "kind = 'local', size = "
        "'16g', mode = 'rw' }, { name = 'c', kind = 'rclone', source = 'az:x', config = "
        "'/c', cache = '/k', mode = 'rw' }, { name = 'd', kind = 'command', command = { "
        "'/x', 'y z' }, mode = 'rw' } } }");
    plan = plan_fixture_ask();
    volume = plan->volumes;
    assert_string_equal(volume[0].kind, "bind");
    assert_string_equal(volume[0].path, "/lustre");
    assert_int_equal(volume[0].deadline_ms, 2000);
    assert_true(volume[0].read_only);
    assert_true(volume[0].requeue);
    assert_false(volume[1].requeue);
    assert_string_equal(volume[1].size, "16g");
    assert_string_equal(volume[2].source, "az:x");
    assert_string_equal(volume[2].credentials, "/c");
    assert_string_equal(volume[2].path, "/k");
    assert_memory_equal(volume[3].command, "/x\0y z\0", 8);
    plan_destroy(plan);
}

static void wrong_volumes_are_the_sites(void **state)
{
    (void)state;
    refuse_volume("name = 'NIL'", "volume 1: `name` is missing");
    refuse_volume("name = '..'", "volume 1: `name` is not a name");
    refuse_volume("server = 'a b'", "`server` is not a name");
    refuse_volume("driver = ''", "`driver` is missing");
    refuse_volume("host = 'NIL'", "`host`");
    refuse_volume("host = 'a b'", "`host`");
    refuse_volume("host = '-o'", "`host`");
    refuse_volume("host = 'a/b'", "`host`");
    refuse_volume("host = 'a,b'", "`host`");
    refuse_volume("host = ('h'):rep(256)", "`host` is too long");
    refuse_volume("export = 'NIL'", "`export` is not an absolute");
    refuse_volume("export = 'srv'", "`export` is not an absolute");
    refuse_volume("export = '/a\\nb'", "`export` has a control");
    refuse_volume("export = '/' .. ('e'):rep(1023)", "`export` is too long");
    refuse_volume("mode = 'NIL'", "`mode`");
    refuse_volume("mode = 'wo'", "`mode`");
    refuse_volume("mode = 'read-only'", "`mode`");
    refuse_volume("port = -1", "`port`");
    refuse_volume("port = 65536", "`port`");
    refuse_volume("port = 1.5", "`port`");
    refuse_volume("port = '2049'", "`port`");
    refuse_volume("mount_port = {}", "`mount_port`");
    refuse_volume("deadline = 0", "`deadline`");
    refuse_volume("deadline = -1", "`deadline`");
    refuse_volume("deadline = 61", "`deadline`");
    refuse_volume("deadline = 0/0", "`deadline`");
    refuse_volume("deadline = '5'", "`deadline`");
    refuse_volume("version = 2", "`version` is neither 3 nor 4");
    refuse_volume("version = 5", "`version` is neither 3 nor 4");
    refuse_volume("connections = 0", "`connections`");
    refuse_volume("connections = 17", "`connections`");
    refuse_volume("recovery = 'maybe'", "`recovery` is neither");
    refuse_volume("timeout = 0", "`timeout`");
    refuse_volume("locks = 'local'", "`locks` is neither \"node\" nor \"server\"");
    refuse_volume("attribute_cache = -1", "`attribute_cache`");
    refuse_volume("kind = 'nsf'", "`kind` is none that this node knows");
    refuse_volume("kind = 'bind'", "`path` is not an absolute path");
    refuse_volume("kind = 'bind', path = 'a'", "`path` is not an absolute path");
    refuse_volume("kind = 'local'", "`path` and `size`: one of them");
    refuse_volume("kind = 'local', path = '/a', size = '1g'", "one of them");
    refuse_volume("kind = 'local', size = '1g,mode=0777'", "`size` is no size");
    refuse_volume("kind = 'lustre'", "`source` is not a source");
    refuse_volume("kind = 'lustre', source = '-o'", "`source` is not a source");
    refuse_volume("kind = 'glusterfs'", "`source` is not a source");
    refuse_volume("probe = 'maybe'", "`probe` is neither \"read\" nor \"write\"");
    refuse_volume("on_failure = 'retry'", "`on_failure` is neither \"fail\" nor");
    refuse_volume("kind = 'cifs', source = '//h/s'", "`credentials` is not an");
    refuse_volume("kind = 'rclone', source = 'a:b'", "`config` is not an absolute");
    refuse_volume("kind = 'command'", "`command` is not an array");
    refuse_volume("kind = 'command', command = {}", "`command` is no absolute path");
    refuse_volume("kind = 'command', command = { 'sh' }", "`command` is no absolute");
    refuse_volume("kind = 'command', command = { '/a', '' }", "array of words");
    refuse_volume("kind = 'command', command = { '/a\\0b' }", "array of words");
    refuse_volume("kind = 'command', command = { '/a', 7 }", "array of words");
    refuse_volume("kind = 'command', command = { '/' .. ('a'):rep(1022) }",
                  "`command` is too long");
    refuse_volume("place = 'data'", "`place` is not an absolute path");
    refuse_volume("place = '/'", "`place` is where nothing may be mounted");
    refuse_volume("place = '/etc'", "`place` is where nothing may be mounted");
    refuse_volume("place = '/home/ada'", "`place` is where nothing may be mounted");
    refuse_volume("place = '//etc'", "`place` is where nothing may be mounted");
    refuse_volume("place = '/data/../etc'", "`place` is where nothing may be mounted");
    refuse_volume("place = '/' .. ('a'):rep(255)", "`place` is too long");
    plan_fixture_refuse_answer(
        "local v = { name = 'a', server = 's', host = 'h', export = '/', driver "
        "= 'libnfs', mode = 'ro' } return { workspace = 'w', volumes = { v, v } }",
        "volume 2: `name` is that of an earlier");
}

#define WITH_MOUNTS                                                                    \
    "local function v(n, m, s) return { name = n, server = 's', host = 'h', export = " \
    "'/', driver = 'd', mode = m, subdirectories = s } end return { workspace = 'w', " \
    "volumes = { v('whole', 'rw'), v('frozen', 'ro'), v('shelf', 'rw', { 'a' }) }, "   \
    "mounts = { %s } }"

static void mounts_are_taken_over(void **state)
{
    char body[1024];
    struct plan *plan;

    (void)state;
    snprintf(
        body, sizeof(body), WITH_MOUNTS,
        "{ name = 'x', volume = 'whole', below = 'p/q', mode = 'rw' }, "
        "{ name = 'y', volume = 'frozen', mode = 'rw' }, "
        "{ name = 'z', volume = 'shelf', boundary = 'a', below = 'b', mode = 'ro' }");
    plan_fixture_policy(body);
    plan = plan_fixture_ask();
    assert_int_equal(plan->mount_count, 3);
    assert_string_equal(plan->mounts[0].name, "x");
    assert_int_equal(plan->mounts[0].volume, 0);
    assert_string_equal(plan->mounts[0].boundary, "");
    assert_string_equal(plan->mounts[0].subdirectory, "p/q");
    assert_false(plan->mounts[0].read_only);
    assert_int_equal(plan->mounts[1].volume, 1);
    assert_string_equal(plan->mounts[1].subdirectory, "");
    assert_true(plan->mounts[1].read_only); /* whatever the engine says */
    assert_int_equal(plan->mounts[2].volume, 2);
    assert_string_equal(plan->mounts[2].boundary, "a");
    assert_string_equal(plan->mounts[2].subdirectory, "b");
    assert_true(plan->mounts[2].read_only);
    assert_false(plan->volumes[0].parts_only);
    assert_true(plan->volumes[2].parts_only);
    plan_destroy(plan);
}

static void refuse_mounts(const char *mounts, const char *part)
{
    char body[1024];

    snprintf(body, sizeof(body), WITH_MOUNTS, mounts);
    plan_fixture_refuse_answer(body, part);
}

static void wrong_mounts_are_the_sites(void **state)
{
    (void)state;
    refuse_mounts("7", "mount 1 is not a table");
    refuse_mounts("{ volume = 'whole', mode = 'rw' }", "mount 1: `name` is missing");
    refuse_mounts("{ name = 'a/b', volume = 'whole', mode = 'rw' }", "`name`");
    refuse_mounts("{ name = 'shelf', volume = 'whole', mode = 'rw' }",
                  "`name` is that of a volume");
    refuse_mounts("{ name = 'x', volume = 'whole', mode = 'rw' }, "
                  "{ name = 'x', volume = 'whole', mode = 'rw' }",
                  "mount 2: `name` is that of an earlier");
    refuse_mounts("{ name = 'x', volume = 'gone', mode = 'rw' }",
                  "`volume` is no volume of the job");
    refuse_mounts("{ name = 'x', volume = 'shelf', below = 'a', mode = 'rw' }",
                  "`boundary` is missing");
    refuse_mounts("{ name = 'x', volume = 'whole', below = '../a', mode = 'rw' }",
                  "`below` is not a path");
    refuse_mounts("{ name = 'x', volume = 'shelf', boundary = '/a', mode = 'rw' }",
                  "`boundary` is not a path");
    refuse_mounts("{ name = 'x', volume = 'whole' }", "`mode`");
    plan_fixture_refuse_answer(
        "local m = {} for i = 1, 65 do m[i] = {} end return { workspace = 'w', "
        "mounts = m }",
        "`mounts` are more than 64");
    plan_fixture_refuse_answer("return { workspace = 'w', mounts = 'x' }",
                               "`mounts` is not an array");
}

int main(void)
{
    struct CMUnitTest tests[] = {
        PLAN_TEST(volumes_are_taken_over), PLAN_TEST(servers_words_are_taken_over),
        PLAN_TEST(kinds_are_taken_over),   PLAN_TEST(wrong_volumes_are_the_sites),
        PLAN_TEST(mounts_are_taken_over),  PLAN_TEST(wrong_mounts_are_the_sites),
    };

    SKIP_UNTRUSTED(tests, plan_fixture_setup);
    return RUN_TAP(tests);
}
