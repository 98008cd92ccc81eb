/* launcher_fixture.h: launchers in the scratch directory. */
#ifndef ATELIER_LAUNCHER_FIXTURE_H
#define ATELIER_LAUNCHER_FIXTURE_H

#include "lib/launcher/launcher.h"
#include "tests/unit/scratch.h"

/* The launcher there of `text`, which is NAME or NAME:SETTINGS, or no framework's name at
 * all. Its directory is that of the running test. */
struct launcher launcher_fixture(const char *text);

/* Writes NAME.lua: environment(layout) has the body `body`, and `more` is what else
 * stands in the launcher's table, "" for nothing. */
void launcher_fixture_write(const char *name, const char *more, const char *body);

/* What it gives for the layout, the caller's; it must. */
struct record *launcher_fixture_ask(const struct launcher *launcher,
                                    const struct layout *layout);

/* As that, and its A must be `value`. */
void launcher_fixture_expect(const struct launcher *launcher, const struct layout *layout,
                             const char *value);

/* The launcher must refuse, by that party's fault, with `part` in the sentence. */
void launcher_fixture_refuse(const struct launcher *launcher, const struct layout *layout,
                             enum error_party party, const char *part);

#define LAUNCHER_TEST(name) \
    cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

#endif
