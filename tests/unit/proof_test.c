/* proof_test.c: tags that hold for one connection alone. */
#include "tests/unit/unit.h"

#include "lib/protocol/proof.h"

#include <string.h>

static const char words[] = "rank 1 n1 0 - -";
static struct proof_secret secret, another;
static struct proof task, keeper;

static void begin(const struct proof_secret *of_task, const char *purpose)
{
    assert_int_equal(proof_begin(&task, of_task, purpose, PROOF_CONNECTS), 0);
    assert_int_equal(proof_begin(&keeper, &secret, "purpose", PROOF_LISTENS), 0);
    proof_meet(&keeper, proof_nonce(&task));
    proof_meet(&task, proof_nonce(&keeper));
}

static int setup(void **state)
{
    (void)state;
    assert_int_equal(proof_secret_make(&secret), 0);
    assert_int_equal(proof_secret_make(&another), 0);
    begin(&secret, "purpose");
    return 0;
}

static bool arrives(struct proof *from, struct proof *to)
{
    unsigned char tag[PROOF_TAG_SIZE];

    proof_tag(from, words, sizeof(words), tag);
    return proof_verify(to, words, sizeof(words), tag);
}

static void both_sides_are_known(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        assert_true(arrives(&task, &keeper));
        assert_true(arrives(&keeper, &task));
    }
}

static void another_secret_or_purpose_is_a_stranger(void **state)
{
    (void)state;
    begin(&another, "purpose");
    assert_false(arrives(&task, &keeper));
    begin(&another, "purpose");
    assert_false(arrives(&keeper, &task));
    begin(&secret, "another");
    assert_false(arrives(&task, &keeper));
}

static void a_changed_byte_or_length_is_seen(void **state)
{
    unsigned char tag[PROOF_TAG_SIZE];
    char changed[sizeof(words)];

    (void)state;
    for (size_t i = 0; i < sizeof(words) + PROOF_TAG_SIZE; i++) {
        begin(&secret, "purpose");
        memcpy(changed, words, sizeof(words));
        proof_tag(&task, words, sizeof(words), tag);
        if (i < sizeof(words))
            changed[i] ^= 1;
        else
            tag[i - sizeof(words)] ^= 1;
        assert_false(proof_verify(&keeper, changed, sizeof(words), tag));
    }
    begin(&secret, "purpose");
    proof_tag(&task, words, sizeof(words), tag);
    assert_false(proof_verify(&keeper, words, sizeof(words) - 1, tag));
}

static void what_was_said_once_is_not_said_again(void **state)
{
    unsigned char tag[PROOF_TAG_SIZE];

    (void)state;
    proof_tag(&task, words, sizeof(words), tag);
    assert_true(proof_verify(&keeper, words, sizeof(words), tag));
    assert_false(proof_verify(&keeper, words, sizeof(words), tag));
    /* Nor is it sent back to where it came from, ... */
    begin(&secret, "purpose");
    proof_tag(&task, words, sizeof(words), tag);
    assert_false(proof_verify(&task, words, sizeof(words), tag));
    /* ... nor said on another connection, whose one side is the same. */
    begin(&secret, "purpose");
    proof_tag(&task, words, sizeof(words), tag);
    assert_int_equal(proof_begin(&keeper, &secret, "purpose", PROOF_LISTENS), 0);
    proof_meet(&keeper, proof_nonce(&task));
    assert_false(proof_verify(&keeper, words, sizeof(words), tag));
}

static void its_text_is_read_whole_or_not(void **state)
{
    char text[PROOF_SECRET_TEXT_SIZE + 1] = "";
    struct proof_secret read;

    (void)state;
    proof_secret_write(&secret, text);
    assert_int_equal(strlen(text), PROOF_SECRET_TEXT_SIZE - 1);
    assert_int_equal(proof_secret_read(&read, text), 0);
    assert_memory_equal(&read, &secret, sizeof(secret));
    text[PROOF_SECRET_TEXT_SIZE - 1] = '0';
    assert_int_equal(proof_secret_read(&read, text), -1);
    text[PROOF_SECRET_TEXT_SIZE - 2] = '\0';
    assert_int_equal(proof_secret_read(&read, text), -1);
    proof_secret_write(&secret, text);
    text[0] = 'g';
    assert_int_equal(proof_secret_read(&read, text), -1);
    assert_int_equal(proof_secret_read(&read, ""), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(both_sides_are_known, setup),
        cmocka_unit_test_setup(another_secret_or_purpose_is_a_stranger, setup),
        cmocka_unit_test_setup(a_changed_byte_or_length_is_seen, setup),
        cmocka_unit_test_setup(what_was_said_once_is_not_said_again, setup),
        cmocka_unit_test_setup(its_text_is_read_whole_or_not, setup),
    };

    return RUN_TAP(tests);
}
