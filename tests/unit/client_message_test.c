/* client_message_test.c: each message of the keeper and the NFS client comes back as it
 * was written. */
#include "tests/unit/unit.h"

#include "lib/protocol/client_message.h"
#include "lib/protocol/client_target.h"

#include <string.h>

static const struct client_target whole = {
    .server = {.name = "store",
               .host = "nfs1",
               .port = 2049,
               .mount_port = 20048,
               .version = 4,
               .connections = 3,
               .timeout_ms = 61000,
               .attribute_cache_ms = 0,
               .is_soft = true,
               .locks_on_node = true},
    .groups = "7,8",
    .deadline_ms = 2000,
    .uid = 1001,
    .gid = 1002,
    .id = 4294967294,
    .root_ms = 6000,
    .exports = {{.name = "data", .path = "/data", .is_probed = true},
                {.name = "sets", .path = "/sets", .read_only = true}},
    .export_count = 2,
    .inodes = CLIENT_UNSAID};

static void assert_same_server(const struct client_target *one,
                               const struct client_target *other)
{
    assert_string_equal(one->server.name, other->server.name);
    assert_string_equal(one->server.host, other->server.host);
    assert_string_equal(one->groups, other->groups);
    assert_int_equal(one->server.port, other->server.port);
    assert_int_equal(one->server.mount_port, other->server.mount_port);
    assert_int_equal(one->deadline_ms, other->deadline_ms);
    assert_int_equal(one->uid, other->uid);
    assert_int_equal(one->gid, other->gid);
    assert_int_equal(one->server.version, other->server.version);
    assert_int_equal(one->id, other->id);
    assert_int_equal(one->server.connections, other->server.connections);
    assert_int_equal(one->server.timeout_ms, other->server.timeout_ms);
    assert_int_equal(one->root_ms, other->root_ms);
    assert_int_equal(one->server.attribute_cache_ms, other->server.attribute_cache_ms);
    assert_int_equal(one->server.is_soft, other->server.is_soft);
    assert_int_equal(one->server.locks_on_node, other->server.locks_on_node);
    assert_int_equal(one->inodes, other->inodes);
}

static void a_target_comes_back(void **state)
{
    struct record *request = client_target_connect(&whole);
    struct error error = NO_ERROR;
    struct client_target read;

    (void)state;
    assert_int_equal(client_message_request(request), CLIENT_CONNECT);
    assert_int_equal(client_target_read(&read, request, &error), 0);
    assert_same_server(&read, &whole);
    assert_int_equal(read.export_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(read.exports[i].name, whole.exports[i].name);
        assert_string_equal(read.exports[i].path, whole.exports[i].path);
        assert_int_equal(read.exports[i].read_only, whole.exports[i].read_only);
        assert_int_equal(read.exports[i].is_probed, whole.exports[i].is_probed);
    }
    record_destroy(request);
}

static void the_least_target_leaves_the_rest_unsaid(void **state)
{
    struct error error = NO_ERROR;
    struct client_target least, read;
    struct record *request;

    (void)state;
    client_target_init(&least);
    strcpy(least.server.name, "store");
    strcpy(least.server.host, "nfs1");
    request = client_target_unlock(&least);
    assert_int_equal(client_message_request(request), CLIENT_UNLOCK);
    assert_null(record_get(request, "connections"));
    record_set(request, "timeout_ms", "");
    assert_int_equal(client_target_read(&read, request, &error), 0);
    assert_same_server(&read, &least);
    assert_int_equal(read.server.version, NFS_VERSION);
    assert_int_equal(read.server.timeout_ms, NFS_TIMEOUT * 1000);
    assert_int_equal(read.export_count, 0);
    record_destroy(request);
}

/* Reads the whole target with one pair changed; the refusal names `part`. */
static void refuse_naming(const char *part, const char *key, const char *value)
{
    struct record *request = client_target_connect(&whole);
    struct error error = NO_ERROR;
    struct client_target read;

    assert_int_equal(record_set(request, key, value), 0);
    assert_int_equal(client_target_read(&read, request, &error), -1);
    assert_int_equal(error.party, ERROR_NODE);
    assert_contains(error.text, part);
    record_destroy(request);
}

static void refuse(const char *key, const char *value)
{
    refuse_naming(key, key, value);
}

static void nothing_malformed_is_guessed(void **state)
{
    char name[NAME_LENGTH_MAX + 2];

    (void)state;
    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    refuse("server", name);
    refuse("server", "");
    refuse("host", "");
    refuse("port", "65536");
    refuse("port", "");
    refuse("port", "-1");
    refuse("uid", "4294967295");
    refuse("gid", "1 ");
    refuse("version", "2");
    refuse("timeout_ms", "600001");
    refuse("attribute_cache_ms", "3600001");
    refuse("connections", "0");
    refuse("connections", "17");
    refuse("recovery", "liquid");
    refuse("locks", "nowhere");
    refuse("volumes", "65");
    refuse_naming("volume.2.", "volumes", "3");
    refuse("volume.0.name", name);
    refuse("volume.1.export", "");
    refuse("volume.1.read_only", "2");
}

static void a_target_that_is_too_large_is_none(void **state)
{
    static char path[RECORD_SIZE_MAX];
    struct client_target large = whole;

    (void)state;
    memset(path, 'a', sizeof(path) - 1);
    large.exports[1].path = path;
    assert_null(client_target_connect(&large));
}

static void requests_come_back(void **state)
{
    struct record *locks = client_message_locks("n1-7-0000abcd");
    struct record *serve = client_message_serve(3), *stop = client_message_stop(),
                  *ping = client_message_ping();
    char caller[CLIENT_CALLER_SIZE];
    struct error error = NO_ERROR;
    size_t volume;

    (void)state;
    assert_int_equal(client_message_request(locks), CLIENT_LOCKS);
    assert_int_equal(client_message_read_locks(locks, caller, &error), 0);
    assert_string_equal(caller, "n1-7-0000abcd");
    assert_int_equal(client_message_request(serve), CLIENT_SERVE);
    assert_int_equal(client_message_read_serve(serve, 4, &volume, &error), 0);
    assert_int_equal(volume, 3);
    assert_int_equal(client_message_request(stop), CLIENT_STOP);
    assert_int_equal(client_message_request(ping), CLIENT_PING);
    assert_int_equal(client_message_read_serve(serve, 3, &volume, &error), -1);
    assert_contains(error.text, "volume");
    assert_int_equal(client_message_read_locks(stop, caller, NULL), -1);
    record_set(stop, "request", "fly");
    assert_int_equal(client_message_request(stop), CLIENT_REQUEST_COUNT);
    record_destroy(locks);
    record_destroy(serve);
    record_destroy(stop);
    record_destroy(ping);
}

static void answers_come_back(void **state)
{
    struct error fault = NO_ERROR;
    struct client_answer read;
    struct record *answer;

    (void)state;
    answer = client_message_ready(CLIENT_PART_SERVICE);
    client_message_read_answer(&read, answer);
    assert_false(read.is_foreign);
    assert_string_equal(read.state, "ready");
    assert_string_equal(read.part, CLIENT_PART_SERVICE);
    record_set(answer, "protocol", "1");
    client_message_read_answer(&read, answer);
    assert_true(read.is_foreign);
    record_destroy(answer);
    error_set(&fault, ERROR_STORAGE, "no such export");
    answer = client_message_failed(&fault, "data");
    client_message_read_answer(&read, answer);
    assert_string_equal(read.state, "failed");
    assert_string_equal(read.sentence, "no such export");
    assert_string_equal(read.volume, "data");
    assert_int_equal(read.party, ERROR_STORAGE);
    assert_null(read.part);
    record_destroy(answer);
    answer = client_message_serving();
    client_message_read_answer(&read, answer);
    assert_string_equal(read.state, "serving");
    assert_null(read.sentence);
    record_destroy(answer);
}

static void bytes_come_back(void **state)
{
    const struct client_bytes bytes[] = {{1, 2, 0}, {3, 4, 5}};
    struct record *answer = client_message_stopped(bytes, 2);

    (void)state;
    assert_string_equal(client_message_bytes(answer, 0, "bytes_read"), "1");
    assert_string_equal(client_message_bytes(answer, 1, "bytes_written"), "4");
    assert_string_equal(client_message_bytes(answer, 1, "bytes_lost"), "5");
    assert_null(client_message_bytes(answer, 2, "bytes_lost"));
    record_destroy(answer);
}

static struct client_told told;

/* Reads and destroys what a client of two volumes tells. */
static enum client_word hear(struct record *word)
{
    assert_non_null(word);
    assert_true(client_message_read_word(&told, word, 2));
    record_destroy(word);
    return told.word;
}

static void words_come_back(void **state)
{
    const unsigned long long bytes[] = {7, 8};

    (void)state;
    assert_int_equal(hear(client_message_alive()), CLIENT_ALIVE);
    assert_int_equal(hear(client_message_answers()), CLIENT_ANSWERS);
    assert_int_equal(hear(client_message_silent(12000, 3)), CLIENT_SILENT);
    assert_int_equal(told.since_ms, 12000);
    assert_int_equal(told.calls, 3);
    assert_int_equal(hear(client_message_unsafe(bytes, 2)), CLIENT_UNSAFE);
    assert_int_equal(told.unsafe[0], 7);
    assert_int_equal(told.unsafe[1], 8);
    assert_int_equal(hear(client_message_crowd(1, 900000, 4)), CLIENT_CROWD);
    assert_int_equal(told.volume, 1);
    assert_int_equal(told.inodes, 900000);
    assert_int_equal(told.refused, 4);
}

static void the_last_word_says_why(void **state)
{
    struct record *word = client_message_ends("cannot go on");

    (void)state;
    assert_true(client_message_read_word(&told, word, 1));
    assert_int_equal(told.word, CLIENT_ENDS);
    assert_string_equal(told.why, "cannot go on");
    record_destroy(word);
}

static void words_that_say_too_little_are_none(void **state)
{
    const unsigned long long bytes[] = {7};
    struct record *answer = client_message_serving();

    (void)state;
    assert_int_equal(hear(client_message_silent(CLIENT_SILENT_MS - 1, 3)),
                     CLIENT_WORD_COUNT);
    assert_int_equal(hear(client_message_unsafe(bytes, 1)), CLIENT_WORD_COUNT);
    assert_int_equal(hear(client_message_crowd(2, 1, 0)), CLIENT_WORD_COUNT);
    assert_int_equal(hear(record_begin("tell", "tales")), CLIENT_WORD_COUNT);
    assert_false(client_message_read_word(&told, answer, 1));
    record_destroy(answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_target_comes_back),
        cmocka_unit_test(the_least_target_leaves_the_rest_unsaid),
        cmocka_unit_test(nothing_malformed_is_guessed),
        cmocka_unit_test(a_target_that_is_too_large_is_none),
        cmocka_unit_test(requests_come_back),
        cmocka_unit_test(answers_come_back),
        cmocka_unit_test(bytes_come_back),
        cmocka_unit_test(words_come_back),
        cmocka_unit_test(the_last_word_says_why),
        cmocka_unit_test(words_that_say_too_little_are_none),
    };

    return RUN_TAP(tests);
}
