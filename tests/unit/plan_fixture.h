/* plan_fixture.h: a policy and a small engine in the scratch directory. */
#ifndef ATELIER_PLAN_FIXTURE_H
#define ATELIER_PLAN_FIXTURE_H

#include "lib/policy/plan.h"

/* The settings and facts that a test starts with; it may change the facts. */
extern struct settings fixture_settings;
extern struct facts fixture_facts;

/* A cmocka setup function: scratch_setup_trusted, with an engine whose load(text)
 * compiles the policy and whose on_node(policy, facts) calls policy(facts). */
int plan_fixture_setup(void **state);

/* Writes the policy: a function of `facts` with the body `body`. */
void plan_fixture_policy(const char *body);

#define PLAN_TEST(name) \
    cmocka_unit_test_setup_teardown(name, plan_fixture_setup, scratch_teardown)

/* Whether the last policy that was refused was exposed. */
extern bool plan_fixture_was_exposed;

/* The plan that the policy gives; it must. */
struct plan *plan_fixture_ask(void);

/* The policy must refuse, by that party's fault, with `part` in the sentence. */
void plan_fixture_refuse(enum error_party party, const char *part);

/* As plan_fixture_refuse, of a policy whose answer is `body`: the site's fault. */
void plan_fixture_refuse_answer(const char *body, const char *part);

#endif
