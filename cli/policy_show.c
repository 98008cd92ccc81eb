/* policy_show.c: what the policy declares. */
#include "command.h"
#include "output.h"
#include "policy_host.h"
#include "user.h"

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct arguments {
    const char *policy, *kind, *name;
    bool json;
};

static const struct argp_option options[] = {
    {"policy", 'f', "FILE", 0, "A draft instead of the policy in force", 0},
    {"json", 'j', NULL, 0, "Print JSON", 0},
    {0},
};

/* The word of the command line, and the engine's. */
static const struct kind {
    const char *word, *key;
} kinds[] = {
    {"workspace", "workspace"},
    {"cluster", "cluster"},
    {"volume", "volume"},
    {"file-server", "file_server"},
};

static const char *kind_of(const char *word)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i].word, word) == 0)
            return kinds[i].key;
    return NULL;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;

    switch (key) {
    case 'f':
        arguments->policy = argument;
        return 0;
    case 'j':
        arguments->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 1)
            argp_error(state, "one name at a time: `%s` is too much", argument);
        if (state->arg_num == 1)
            arguments->name = argument;
        else if (!(arguments->kind = kind_of(argument)))
            argp_error(state,
                       "`%s` is nothing that a policy declares: choose workspace, "
                       "cluster, volume or file-server",
                       argument);
        return 0;
    case ARGP_KEY_END:
        if (!arguments->kind)
            argp_error(state, "say what: workspace, cluster, volume or file-server");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Who sees only what is theirs, { user, groups }; json_null for root, and for a draft,
 * which is the reader's own. NULL with `error` filled when the user has no name. */
static json_t *viewer_of(const struct arguments *arguments, struct error *error)
{
    const char *user = NULL;
    json_t *name, *viewer;

    if (geteuid() == 0 || arguments->policy)
        return json_null();
    user = user_own_name(error);
    if (!user)
        return NULL;
    name = json_string(user);
    viewer = json_pack("{s:O, s:o}", "user", name, "groups",
                       user_groups(json_string_value(name)));
    json_decref(name);
    return viewer;
}

static json_t *ask(const struct arguments *arguments, const struct settings *settings,
                   struct error *error)
{
    struct policy_host *host = policy_host_open(settings, arguments->policy, error);
    json_t *viewer = host ? viewer_of(arguments, error) : NULL;
    json_t *asked = viewer ? json_pack("{s:s, s:s*, s:o}", "kind", arguments->kind,
                                       "name", arguments->name, "viewer", viewer)
                           : NULL;
    json_t *results =
        asked ? policy_host_call(host, "atelier.show", "show", asked, error) : NULL;

    json_decref(asked);
    policy_host_destroy(host);
    return results;
}

int policy_show(int argc, char **argv, const struct settings *settings)
{
    static const struct argp argp = {.options = options,
                                     .parser = parse,
                                     .args_doc = "workspace|cluster|volume|file-server "
                                                 "[NAME]",
                                     .doc = "Shows what the policy declares: root all "
                                            "of it, users what is theirs."};
    struct arguments arguments = {.kind = NULL};
    struct error error = {.party = ERROR_NONE};
    json_t *results = NULL;
    int status = COMMAND_GOOD;

    if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
        return COMMAND_USAGE;
    results = ask(&arguments, settings, &error);
    if (!results) {
        fprintf(stderr, "%s: %s\n", argv[0], error.text);
        return COMMAND_USAGE;
    }
    if (json_is_null(json_array_get(results, 0))) {
        fprintf(stderr, "%s: %s\n", argv[0],
                json_string_value(json_array_get(results, 1)));
        status = COMMAND_PROBLEM;
    } else if (arguments.json) {
        output_json(json_array_get(results, 0));
    } else {
        output_table(json_array_get(results, 1), 0);
    }
    json_decref(results);
    return status;
}
