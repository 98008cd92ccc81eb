/* doctor.c: whether this machine, or the nodes of an allocation, are well. */
#include "cli/doctor/doctor.h"

#include "cli/command.h"

#include <argp.h>

struct doctor_arguments {
    bool nodes, removal, json;
    const char *mpi;
};

static const struct argp_option options[] = {
    {"nodes", 'n', NULL, 0, "Look at the nodes of this allocation, by MPI", 0},
    {"mpi", 'm', "TYPE", 0, "With --nodes: as of srun (default: pmix)", 0},
    {"removal", 'r', NULL, 0, "Look whether Atelier can be taken away from here", 0},
    {"json", 'j', NULL, 0, "Print JSON", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct doctor_arguments *arguments = state->input;

    switch (key) {
    case 'n':
        arguments->nodes = true;
        return 0;
    case 'm':
        arguments->mpi = argument;
        return 0;
    case 'r':
        arguments->removal = true;
        return 0;
    case 'j':
        arguments->json = true;
        return 0;
    case ARGP_KEY_END:
        if (arguments->removal && arguments->nodes)
            argp_error(state, "--removal and --nodes are two questions");
        if (arguments->mpi && !arguments->nodes)
            argp_error(state, "--mpi goes with --nodes");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int command_doctor(int argc, char **argv, const struct settings *settings)
{
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .doc =
            "Says whether this machine has what jobs with Atelier need; with --nodes, "
            "inside an allocation, which of its nodes is dead or slow; with --removal, "
            "whether anything here still needs it."};
    struct doctor_arguments arguments = {.nodes = false};

    if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
        return COMMAND_USAGE;
    if (arguments.nodes)
        return doctor_nodes(settings, arguments.mpi ? arguments.mpi : "pmix",
                            arguments.json);
    if (arguments.removal)
        return doctor_removal(settings, arguments.json);
    return doctor_local(settings, arguments.json);
}
