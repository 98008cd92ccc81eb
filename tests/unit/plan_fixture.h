/* plan_fixture.h: a policy and a small engine in the scratch directory. */
#ifndef ATELIER_PLAN_FIXTURE_H
#define ATELIER_PLAN_FIXTURE_H

#include "plan.h"

/* The settings and facts that a test starts with; it may change the facts. */
extern struct settings fixture_settings;
extern struct facts fixture_facts;

/* A cmocka setup function: scratch_setup_trusted, with an engine whose load(text)
 * compiles the policy and whose on_node(policy, facts) calls policy(facts). */
int plan_fixture_setup(void **state);

/* Writes the policy: a function of `facts` with the body `body`. */
void plan_fixture_policy(const char *body);

#endif
