/* recorded_messages.c: what other releases said is understood.
 *
 *     recorded_messages              the tests, for each *.messages beside this file
 *     recorded_messages --record     writes what this release says, as such a file
 *
 * A release leaves a file here where its messages differ from those before. Messages that
 * a release did not record, or does not have, are not looked at; but what the oldest
 * says, each later one says as well.
 */
#include "tests/messages/message_file.h"
#include "tests/messages/recorded.h"

#include "lib/protocol/client_protocol.h"
#include "lib/protocol/keeper_message.h"
#include "lib/protocol/release.h"
#include "tests/unit/unit.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

int recorded_nonce;

ssize_t getrandom(void *bytes, size_t size, unsigned flags)
{
    (void)flags;
    memset(bytes, recorded_nonce, size);
    return (ssize_t)size;
}

static glob_t files;

static void on_each_file(void (*look)(const char *path))
{
    assert_int_not_equal(files.gl_pathc, 0);
    for (size_t i = 0; i < files.gl_pathc; i++)
        look(files.gl_pathv[i]);
}

/* As of a newer release of the same protocol: with a key that nobody knows. */
static void add_unheard(struct record *record)
{
    record_set(record, "release", "9.9.9");
    record_set(record, "unheard_of", "a = b");
}

static void look_at_records(const char *path)
{
    for (size_t i = 0; i < recorded_count; i++) {
        struct record *record = message_file_record(path, recorded[i].name);

        if (!record)
            fail_msg("%s has no %s", path, recorded[i].name);
        recorded[i].check(record);
        add_unheard(record);
        recorded[i].check(record);
        record_destroy(record);
    }
}

static void records_are_understood(void **state)
{
    (void)state;
    on_each_file(look_at_records);
}

static void a_task_is_entered(void **state)
{
    (void)state;
    on_each_file(recorded_look_at_task);
}

static void rank_0_is_heard(void **state)
{
    (void)state;
    on_each_file(recorded_look_at_rank_0);
}

static void a_rank_is_heard(void **state)
{
    (void)state;
    on_each_file(recorded_look_at_rank);
}

static void the_run_is_heard(void **state)
{
    (void)state;
    on_each_file(recorded_look_at_run);
}

/* A list of locks lies on the node, and a client of a later release gives them up. */
static void a_lock_has_its_form(void **state)
{
    (void)state;
    assert_int_equal(sizeof(struct client_lock), 72);
    assert_int_equal(offsetof(struct client_lock, svid), 0);
    assert_int_equal(offsetof(struct client_lock, handle_length), 4);
    assert_int_equal(offsetof(struct client_lock, handle), 8);
    assert_int_equal(CLIENT_LOCKS_MOST, 8192);
}

static void what_is_ours_is_of_our_release(void **state)
{
    char name[RELEASE_NAME_SIZE];
    struct record *answer = keeper_message_answer("ready");

    (void)state;
    assert_string_equal(RELEASE, PACKAGE_VERSION);
    assert_string_equal(release_name_of(name, answer),
                        "Atelier " PACKAGE_VERSION "'s (protocol 1)");
    record_set(answer, "release", "9.9 \n");
    record_set(answer, "protocol", "");
    assert_string_equal(release_name_of(name, answer),
                        "Atelier unknown's (protocol unknown)");
    record_destroy(answer);
}

static int record_all(FILE *file)
{
    fprintf(file, "# %s.messages: what programs of Atelier %s said to each other.\n",
            RELEASE, RELEASE);
    for (size_t i = 0; i < recorded_count; i++) {
        struct record *record = recorded[i].write();

        message_file_add_record(file, recorded[i].name, record);
        record_destroy(record);
    }
    recorded_write_bytes(file);
    return 0;
}

int main(int argc, char *argv[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_understood),
        cmocka_unit_test(a_task_is_entered),
        cmocka_unit_test(rank_0_is_heard),
        cmocka_unit_test(a_rank_is_heard),
        cmocka_unit_test(the_run_is_heard),
        cmocka_unit_test(a_lock_has_its_form),
        cmocka_unit_test(what_is_ours_is_of_our_release),
    };
    const char *source = getenv("top_srcdir");
    char pattern[4096];
    int status;

    if (argc == 2 && strcmp(argv[1], "--record") == 0)
        return record_all(stdout);
    snprintf(pattern, sizeof(pattern), "%s/tests/messages/*.messages",
             source ? source : ".");
    glob(pattern, 0, NULL, &files);
    status = RUN_TAP(tests);
    globfree(&files);
    return status;
}
