/* facts.h: what is known of a job on its node, and the one table of it.
 *
 * A fact has a key. In the prolog, and on its way to the keeper, it is a variable of
 * Slurm's (`environment`), or else a word, "key=value"; the policy finds it as a field of
 * that name. Facts of the user are her wishes: the values of the options (option.h).
 */
#ifndef ATELIER_FACTS_H
#define ATELIER_FACTS_H

#include "error.h"
#include "option.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define FACTS_KNOWN_MAX (16 + OPTION_COUNT)
#define FACTS_NO_ID ((uid_t)-1) /* of a uid or gid that nobody gave */

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
    const char *nodes; /* of the job, compressed */
    const char *cluster;
    unsigned restart;      /* how often the job was requeued */
    const char *output;    /* the batch script's, a pattern */
    const char *directory; /* where it begins */
    const char *record; /* its AdminComment, which decides what it has; NULL: not known,
                           and the user's words are taken for true */
    /* The user's words, "" when not given. `framework` is its name alone, since the
     * policy knows no settings. */
#define OPTION(id, field, ...) const char *field;
#include "option_rows.h"
    const char *framework_settings; /* what followed its name, for its launcher */
};

enum fact_kind { FACT_TEXT, FACT_ID, FACT_JOB };

/* Who tells the plugin of it: SPANK itself, Slurm's prolog, or the user by the prolog. */
enum fact_source { FACT_OF_SPANK, FACT_OF_PROLOG, FACT_OF_USER };

struct fact {
    const char *key;
    enum fact_kind kind;
    enum fact_source source;
    bool is_for_policy;
    enum option option; /* FACT_OF_USER: the option whose value it is */
    size_t offset;      /* in struct facts */
    const char *environment[2];
};

extern const struct fact facts_known[];
extern const size_t facts_known_count; /* at most FACTS_KNOWN_MAX */

/* Makes all facts those that nobody gave: job 0, FACTS_NO_ID and "". */
void facts_init(struct facts *facts);

/* The fact of the word "key=value", or NULL. */
const struct fact *fact_find(const char *word);

/* The value of the fact in the environment of Slurm's prolog, or NULL. */
const char *fact_in_environment(const struct fact *fact);

/* Gives the fact a value, which stays the caller's. Returns 0; or -1 with `error` filled
 * (ERROR_NODE) where it is not the number that it should be. */
int fact_set(struct facts *facts, const struct fact *fact, const char *value,
             struct error *error);

/* A fact of FACT_TEXT, never NULL; and one of the others. */
const char *fact_text(const struct facts *facts, const struct fact *fact);
unsigned fact_number(const struct facts *facts, const struct fact *fact);

/* Whether the job asks for a workspace, or for what only a job of one has: of its default
 * workspace, then. */
bool facts_ask(const struct facts *facts);

#endif
