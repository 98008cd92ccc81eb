/* command_line.c: reads the words of atelier-keeper's command line. */
#include "storage/keeper/command_line.h"

#include "lib/option/framework.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Parts the framework's name, on which the policy decides, from the settings, which are
 * only handed on. */
static void part_framework(struct command_line *line)
{
    const char *text = line->facts.framework;

    snprintf(line->framework, sizeof(line->framework), "%.*s", (int)strcspn(text, ":"),
             text);
    line->facts.framework = line->framework;
    line->facts.framework_settings = framework_settings(text);
}

/* Takes from the environment only the facts that no word gives: so a malformed variable
 * that is not needed does no harm. */
static int apply_environment(struct facts *facts, const bool given[], struct error *error)
{
    for (size_t i = 0; i < facts_known_count; i++) {
        const char *value = given[i] ? NULL : fact_in_environment(&facts_known[i]);

        if (value && fact_set(facts, &facts_known[i], value, error) < 0)
            return -1;
    }
    return 0;
}

int command_line_parse(struct command_line *line, int count, char *const words[],
                       struct error *error)
{
    bool given[FACTS_KNOWN_MAX] = {false};

    settings_init(&line->settings);
    facts_init(&line->facts);
    line->restart_is_given = false;
    line->is_script = getenv("SLURM_SCRIPT_CONTEXT") != NULL;
    for (int i = 0; i < count; i++) {
        const struct fact *fact = fact_find(words[i]);

        if (!fact) {
            if (settings_apply(&line->settings, words[i], error) < 0)
                return -1;
            continue;
        }
        if (fact_set(&line->facts, fact, strchr(words[i], '=') + 1, error) < 0)
            return -1;
        given[fact - facts_known] = true;
        line->restart_is_given |= strcmp(fact->key, "restart") == 0;
    }
    if (apply_environment(&line->facts, given, error) < 0)
        return -1;
    part_framework(line);
    return 0;
}
