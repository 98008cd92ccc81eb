/* lock_order_test.c: the order in which locks are asked for. */
#include "tests/unit/unit.h"

#include "nfs/lock/lock_order.h"
#include "nfs/lock/lock_queue.h"

#include <stdlib.h>
#include <string.h>

#define NOW 1000000LL
#define CROWD 2000

static struct lock_service service;
static struct lock_holder owners[40];
static int owner_count;
static long long at;

static int begin(void **state)
{
    (void)state;
    memset(&service, 0, sizeof(service));
    memset(owners, 0, sizeof(owners));
    owner_count = 0;
    service.holders.list.fd = -1;
    return pthread_mutex_init(&service.mutex, NULL);
}

/* Nothing of the lists may be freed by the module. */
static int end(void **state)
{
    (void)state;
    while (service.requests) {
        struct lock_request *next = service.requests->next;

        free(service.requests);
        service.requests = next;
    }
    for (int i = 0; i < owner_count; i++)
        lock_range_clear(&owners[i].ranges);
    return pthread_mutex_destroy(&service.mutex);
}

static struct lock_holder *owner_of(const char *file)
{
    struct lock_holder *owner = &owners[owner_count++];

    owner->handle_length = (unsigned)strlen(file);
    memcpy(owner->handle, file, owner->handle_length);
    owner->next = service.holders.first;
    service.holders.first = owner;
    return owner;
}

static struct lock_request *ask(struct lock_holder *owner, enum lock_errand errand,
                                enum lock_kind kind, uint64_t first, uint64_t last)
{
    struct lock_request *request = calloc(1, sizeof(*request));
    struct lock_request **link = &service.requests;

    assert_non_null(request);
    request->holder = owner;
    request->errand = errand;
    request->kind = kind;
    request->first = first;
    request->last = last;
    while (*link)
        link = &(*link)->next;
    *link = request;
    return request;
}

static struct lock_request *wait_for(struct lock_holder *owner, enum lock_kind kind,
                                     uint64_t first, uint64_t last)
{
    struct lock_request *request = ask(owner, LOCK_SET, kind, first, last);

    request->wait = true;
    return request;
}

static struct lock_request *next(long long now)
{
    struct lock_request *request = lock_order_next(&service, now, &at);

    if (request)
        lock_order_sent(&service, request, now);
    return request;
}

static void answered(struct lock_request *request)
{
    request->is_sent = false;
    service.on_the_wire--;
}

static void refuse(struct lock_request *request, long long now)
{
    answered(request);
    lock_order_refused(&service, request, now);
}

static void retire(struct lock_request *request)
{
    struct lock_request **link = &service.requests;

    while (*link != request)
        link = &(*link)->next;
    *link = request->next;
    free(request);
}

static void a_file_has_one_on_the_wire(void **state)
{
    struct lock_request *one = ask(owner_of("f"), LOCK_SET, LOCK_NONE, 0, 9);
    struct lock_request *two = ask(owner_of("f"), LOCK_SET, LOCK_EXCLUSIVE, 0, 9);
    struct lock_request *other = ask(owner_of("g"), LOCK_SET, LOCK_EXCLUSIVE, 0, 9);

    (void)state;
    assert_ptr_equal(next(NOW), one);
    assert_ptr_equal(next(NOW), other);
    assert_null(next(NOW));
    assert_true(at == INT64_MAX);
    answered(one);
    retire(one);
    assert_ptr_equal(next(NOW), two);
}

static void an_owner_keeps_his_order(void **state)
{
    struct lock_holder *owner = owner_of("f");
    struct lock_request *release = ask(owner, LOCK_RELEASE, LOCK_NONE, 0, INT64_MAX);

    (void)state;
    ask(owner, LOCK_SET, LOCK_EXCLUSIVE, 0, 9);
    release->at = NOW + 1000;
    assert_null(next(NOW));
    assert_true(at == NOW + 1000);
}

static void the_oldest_asks_for_all(void **state)
{
    struct lock_request *one = wait_for(owner_of("f"), LOCK_EXCLUSIVE, 0, 9);
    struct lock_request *two = wait_for(owner_of("f"), LOCK_EXCLUSIVE, 0, 9);
    struct lock_request *wider = wait_for(owner_of("f"), LOCK_EXCLUSIVE, 0, 99);

    (void)state;
    assert_ptr_equal(next(NOW), one);
    refuse(one, NOW);
    assert_null(next(NOW));
    assert_between(at, NOW + 1, NOW + LOCK_PAUSE_MOST);
    assert_ptr_equal(next(at), one);
    answered(one);
    lock_range_set(&one->holder->ranges, 0, 9, LOCK_EXCLUSIVE);
    lock_order_granted(&service, one, at);
    retire(one);
    assert_null(next(NOW + 100)); /* what the node holds it need not ask for */
    assert_true(at == INT64_MAX);
    lock_range_clear(&owners[0].ranges);
    assert_ptr_equal(next(NOW + 100), two);
    refuse(two, NOW + 100);
    retire(two);
    assert_ptr_equal(next(NOW + 100), wider);
}

static void other_bytes_and_shared_ones_do_not_wait(void **state)
{
    struct lock_request *one = wait_for(owner_of("f"), LOCK_SHARED, 0, 9);
    struct lock_request *beside = wait_for(owner_of("f"), LOCK_EXCLUSIVE, 10, 19);
    struct lock_request *less = wait_for(owner_of("f"), LOCK_SHARED, 0, 4);

    (void)state;
    assert_ptr_equal(next(NOW), one);
    refuse(one, NOW);
    assert_ptr_equal(next(NOW), beside);
    refuse(beside, NOW);
    assert_ptr_equal(next(NOW), less);
}

static void who_is_not_in_turn_asks_now_and_then(void **state)
{
    struct lock_request *old = wait_for(owner_of("f"), LOCK_EXCLUSIVE, 0, 19);
    struct lock_request *within = wait_for(owner_of("f"), LOCK_SHARED, 10, 14);
    int asked = 0, in_turn = 0;

    (void)state;
    for (long long now = NOW; now < NOW + 10000; now++) {
        struct lock_request *request = next(now);

        asked += request == within;
        in_turn += request == old;
        if (request)
            refuse(request, now);
    }
    assert_between(asked, 8, 12);
    assert_between(in_turn, 50, 1000);
}

/* As the main loop does. */
static struct lock_request *come(struct lock_holder *owner, enum lock_errand errand)
{
    struct lock_request *request = calloc(1, sizeof(*request));

    assert_non_null(request);
    *request =
        (struct lock_request){.holder = owner,
                              .errand = errand,
                              .kind = errand == LOCK_SET ? LOCK_EXCLUSIVE : LOCK_NONE,
                              .last = 9,
                              .wait = true,
                              .next = service.queue};
    service.queue = request;
    return request;
}

static void interrupt(struct lock_request *request)
{
    lock_return_expect(&service.returns, request, clock_milliseconds());
    retire(request);
}

static void who_was_interrupted_comes_back_to_his_place(void **state)
{
    struct lock_holder *owner = owner_of("f");
    struct lock_request *first, *second;

    (void)state;
    owner->owner.number = 1;
    first = come(owner, LOCK_SET);
    second = come(owner_of("f"), LOCK_SET);
    lock_queue_take(&service);
    assert_ptr_equal(service.requests, first);
    for (int i = 0; i < 3; i++) {
        interrupt(service.requests);
        first = come(owner, LOCK_SET);
        lock_queue_take(&service);
        assert_ptr_equal(service.requests, first);
        assert_ptr_equal(first->next, second);
    }
    interrupt(first);
    come(owner, LOCK_RELEASE);
    first = come(owner, LOCK_SET);
    lock_queue_take(&service);
    assert_ptr_equal(service.requests, second);
    assert_ptr_equal(second->next->next, first);
}

static void nobody_waits_behind_whom_a_neighbour_holds_up(void **state)
{
    struct lock_holder *holder = owner_of("f");
    struct lock_request *more;

    (void)state;
    lock_range_set(&holder->ranges, 0, 9, LOCK_SHARED);
    wait_for(owner_of("f"), LOCK_EXCLUSIVE, 0, 99);
    more = wait_for(holder, LOCK_SHARED, 50, 59);
    more->was_refused = true;
    service.out_of_turn_at = NOW + 1000;
    assert_ptr_equal(next(NOW), more);
}

static void claims_come_first_and_together(void **state)
{
    struct lock_request *one = ask(owner_of("f"), LOCK_RECLAIM, LOCK_EXCLUSIVE, 0, 9);
    struct lock_request *two = ask(owner_of("g"), LOCK_REGAIN, LOCK_EXCLUSIVE, 0, 9);
    struct lock_request *unlock = ask(owner_of("h"), LOCK_SET, LOCK_NONE, 0, 9);

    (void)state;
    one->at = NOW + 1000;
    assert_ptr_equal(next(NOW), two);
    answered(two);
    retire(two);
    assert_null(next(NOW));
    assert_ptr_equal(next(NOW + 1000), one);
    answered(one);
    retire(one);
    assert_ptr_equal(next(NOW + 1000), unlock);
}

static void questions_are_a_thousand_a_second_at_most(void **state)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    int counts[8] = {0}, all = 0;
    struct lock_request *requests[8];

    (void)state;
    for (int i = 0; i < 8; i++)
        requests[i] = wait_for(owner_of(names[i]), LOCK_EXCLUSIVE, 0, 9);
    for (long long now = NOW; now < NOW + 60; now++)
        for (struct lock_request *request; (request = next(now)); all++) {
            for (int i = 0; i < 8; i++)
                counts[i] += request == requests[i];
            refuse(request, now);
        }
    assert_between(all, 50, 60 + 8);
    for (int i = 0; i < 8; i++)
        assert_between(counts[i], 5, 12);
}

/* Thousands of threads of one program: nothing else waits for the thought that each
 * takes. */
static void a_crowd_is_quick(void **state)
{
    struct lock_holder *one = owner_of("f"), *other = owner_of("f");
    long long began = clock_milliseconds();

    (void)state;
    for (int i = 0; i < CROWD; i++) {
        wait_for(one, LOCK_EXCLUSIVE, 0, 9)->at = INT64_MAX;
        ask(other, LOCK_SET, LOCK_NONE, 0, 9);
    }
    for (int i = 0; i < CROWD; i++) {
        struct lock_request *request = next(NOW);

        assert_non_null(request);
        assert_ptr_equal(request->holder, other);
        answered(request);
        retire(request);
    }
    assert_between(clock_milliseconds() - began, 0, patient(5000));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_has_one_on_the_wire),
        TEST(an_owner_keeps_his_order),
        TEST(the_oldest_asks_for_all),
        TEST(other_bytes_and_shared_ones_do_not_wait),
        TEST(who_is_not_in_turn_asks_now_and_then),
        TEST(who_was_interrupted_comes_back_to_his_place),
        TEST(nobody_waits_behind_whom_a_neighbour_holds_up),
        TEST(claims_come_first_and_together),
        TEST(questions_are_a_thousand_a_second_at_most),
        TEST(a_crowd_is_quick),
    };

    return RUN_TAP(tests);
}
