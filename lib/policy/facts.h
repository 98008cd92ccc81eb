/* facts.h: what is known of a job on its node, and the one table of it.
 *
 * A fact has a key. In the prolog, and on its way to the keeper, it is a variable of
 * Slurm's (`environment`), or else a word, "key=value"; the policy finds it as a field of
 * that name. The user's facts are what the user asks for: the values of the options
 * (option.h).
 */
#ifndef ATELIER_FACTS_H
#define ATELIER_FACTS_H

#include "lib/error.h"
#include "lib/option/option.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define FACTS_KNOWN_MAX (16 + OPTION_COUNT)
#define FACTS_NO_ID ((uid_t)-1) /* a uid or gid that nobody gave */

struct facts {
    unsigned job;
    uid_t uid;
    gid_t gid;
    const char *node;
    const char *user;          /* name, from the password database */
    const char *const *groups; /* names of all the user's groups */
    size_t group_count;
    const char *account;
    const char *partition;
    const char *nodes; /* the job's nodes, compressed */
    const char *cluster;
    unsigned restart;      /* how often the job was requeued */
    const char *output;    /* where the batch script's output goes, a pattern */
    const char *directory; /* where the batch script begins */
    /* The job's AdminComment, which decides what the job has. NULL: it is not known, and
     * what the user asks for is believed. */
    const char *record;
    /* What the user asked for, "" where nothing. `framework` is the name alone, since the
     * policy knows no settings. */
#define OPTION(id, field, ...) const char *field;
#include "lib/option/option_rows.h"
    const char *framework_settings; /* what followed the name, for its launcher */
};

enum fact_kind { FACT_TEXT, FACT_ID, FACT_JOB };

/* Who tells the plugin a fact: SPANK itself, Slurm's prolog, or the user through the
 * prolog. */
enum fact_source { FACT_OF_SPANK, FACT_OF_PROLOG, FACT_OF_USER };

struct fact {
    const char *key;
    enum fact_kind kind;
    enum fact_source source;
    bool is_for_policy;
    enum option option; /* of FACT_OF_USER: the option whose value the fact is */
    size_t offset;      /* of the fact's field in struct facts */
    const char *environment[2];
};

extern const struct fact facts_known[];
extern const size_t facts_known_count; /* at most FACTS_KNOWN_MAX */

/* Sets every fact to what it is when nobody gave it: job 0, FACTS_NO_ID and "". */
void facts_init(struct facts *facts);

/* Returns the fact of the word "key=value", or NULL. */
const struct fact *fact_find(const char *word);

/* Returns the fact's value in the environment of Slurm's prolog, or NULL. */
const char *fact_in_environment(const struct fact *fact);

/* Sets the fact to `value`, whose text stays the caller's. Returns 0; or -1 with `error`
 * filled (ERROR_NODE) where it is not the number that it should be. */
int fact_set(struct facts *facts, const struct fact *fact, const char *value,
             struct error *error);

/* Return the value of a fact of FACT_TEXT, never NULL; and that of a fact of numbers. */
const char *fact_text(const struct facts *facts, const struct fact *fact);
unsigned fact_number(const struct facts *facts, const struct fact *fact);

/* Returns whether the job asks for a workspace, or for something that only a job with a
 * workspace has; then it is the default workspace. */
bool facts_ask(const struct facts *facts);

#endif
