/* rank_options.c: reads the command line of atelier-rank and atelier-prepare. */
#include "run/rank_options.h"

#include "lib/agreed.h"
#include "lib/protocol/run_protocol.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int read_logs(struct rank_options *options, const char *word)
{
    int kind = log_file_kind_read(word);

    if (kind >= 0)
        options->logs = (enum log_file_kind)kind;
    return kind;
}

int rank_options_read(struct rank_options *options, int argc, char **argv)
{
    static const struct option known[] = {{"role", required_argument, NULL, 'r'},
                                          {"log-dir", required_argument, NULL, 'd'},
                                          {"logs", required_argument, NULL, 'l'},
                                          {0}};
    const char *callers = getenv(RUN_RELEASE_VARIABLE);
    const char *node = getenv("SLURMD_NODENAME");
    int option, status = 0;

    memset(options, 0, sizeof(*options));
    while (status == 0 && (option = getopt_long(argc, argv, "+", known, NULL)) != -1) {
        if (option == 'r' && options->role_count < RANK_WORDS_MAX)
            options->roles[options->role_count++] = optarg;
        else if (option == 'd')
            options->log_directory = optarg;
        else if (option != 'l' || read_logs(options, optarg) < 0)
            status = -1;
    }
    if (status < 0)
        fprintf(stderr,
                "%s on node %s: started with options that it does not know: it is of "
                "Atelier %s, and `atelier run` of %s\n",
                program_invocation_short_name, node ? node : "unknown", RELEASE,
                callers ? callers : "an older one");
    options->command = argv + optind;
    return status;
}
