/* keeper_main.c: atelier-keeper, which holds a job's mount namespace on one node.
 *
 *     atelier-keeper start  [SETTING=VALUE ...] [FACT=VALUE ...]
 *     atelier-keeper stop   [SETTING=VALUE ...] job=7 node=n1
 *     atelier-keeper status [SETTING=VALUE ...] job=7 node=n1
 *
 * The settings are those of lib/settings.h; the facts are job, uid, gid, account,
 * partition, node, workspace, experiment, framework and mount, and those that are not
 * given come from the environment of Slurm's prolog. So there are two ways to run it:
 *
 *  - The SPANK plugin's job_prolog and job_epilog execute it with the words that SPANK
 *    vouches for, and no more of the environment than the other facts.
 *  - With PrologFlags=RunInJob, where Slurm does not call those, the site's scripts do:
 *
 *        Prolog=    #!/bin/sh
 *                   /usr/libexec/atelier/atelier-keeper start || true
 *        Epilog=    #!/bin/sh
 *                   /usr/libexec/atelier/atelier-keeper stop || true
 *
 * start ends as soon as the keeper is ready (0), runs but has to fail the job (1) or have
 * it requeued (3), or could not be started (2), in KEEPER_START_MS at the most. For a job
 * without a workspace it leaves nothing (0), and only with defaults=on does it ask the
 * policy for one. stop ends with 0 and within KEEPER_STOP_MS and a moment, whatever it
 * finds: what the job lost is in what it says. A wrong command line is 2 for all. */
#include "lib/protocol/keeper_message.h"
#include "lib/protocol/keeper_protocol.h"
#include "lib/protocol/release.h"
#include "storage/keeper/keeper.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define USAGE_ERROR 2

/* The prolog's environment is partly the user's; what is needed of it has been read.
 * SLURM_CONF is slurmd's own word, for scontrol. */
static int clean_environment(void)
{
    const char *value = getenv("SLURM_CONF");
    char *configuration = value ? strdup(value) : NULL;
    int status = clearenv() != 0 ||
                         setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1) < 0 ||
                         (configuration && setenv("SLURM_CONF", configuration, 1) < 0)
                     ? -1
                     : 0;

    free(configuration);
    return status;
}

/* Opens what is missing of 0, 1 and 2: a descriptor of ours that became one of these
 * would be overwritten later. */
static int fill_standard_descriptors(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= 2);
    return fd < 0 ? -1 : close(fd);
}

static void say(const struct error *error)
{
    fprintf(stderr, "atelier-keeper: %s\n", error->text);
}

/* Words that are not understood may be those of a plugin that was replaced a moment ago,
 * or will be. */
static void say_misunderstood(const struct error *error)
{
    const char *plugins = getenv(KEEPER_RELEASE_VARIABLE);
    struct error told = {.party = ERROR_NONE};

    if (plugins && strcmp(plugins, RELEASE) != 0)
        error_wrap(
            &told, error,
            "the plugin is of Atelier %.*s and the keeper of %s, which want to be of "
            "one release",
            RELEASE_WORD_SIZE, plugins, RELEASE);
    say(told.party ? &told : error);
}

/* The plugin reads standard output behind the sentence. */
static void say_fault(const struct fault *fault)
{
    say(&fault->error);
    keeper_message_print(stdout, fault);
}

static int check_job(const struct facts *facts, struct error *error)
{
    if (facts->job == 0 || !*facts->node)
        return error_set(error, ERROR_NODE,
                         "job= and node= must be given, or be run by Slurm's prolog");
    return 0;
}

static int run_start(const struct command_line *line)
{
    struct fault fault = {0};
    int code;

    if (!facts_ask(&line->facts) && !settings_serve_defaults(&line->settings))
        return 0;
    if (line->facts.uid == FACTS_NO_ID || line->facts.gid == FACTS_NO_ID) {
        fprintf(stderr, "atelier-keeper: uid= and gid= must be given\n");
        return USAGE_ERROR;
    }
    code = keeper_start(line, &fault);
    if (code != KEEPER_READY)
        say_fault(&fault);
    return code;
}

static int run_stop(const struct command_line *line)
{
    struct fault fault = {0};

    if (keeper_stop(&line->settings, line->facts.node, line->facts.job,
                    line->restart_is_given ? (long)line->facts.restart : -1,
                    KEEPER_STOP_MS, &fault) < 0)
        say_fault(&fault);
    return 0;
}

static int run_status(const struct command_line *line)
{
    struct error error = {0};

    if (keeper_status(&line->settings, line->facts.node, line->facts.job, stdout,
                      &error) < 0) {
        say(&error);
        return 1;
    }
    return 0;
}

static int run(const char *command, const struct command_line *line)
{
    if (strcmp(command, "start") == 0)
        return run_start(line);
    if (strcmp(command, "stop") == 0)
        return run_stop(line);
    if (strcmp(command, "status") == 0)
        return run_status(line);
    fprintf(stderr, "atelier-keeper: the commands are start, stop and status\n");
    return USAGE_ERROR;
}

int main(int count, char *words[])
{
    static struct command_line line;
    struct error error = {0};

    if (fill_standard_descriptors() < 0)
        return USAGE_ERROR;
    if (count < 2) {
        fprintf(stderr, "usage: atelier-keeper start|stop|status [KEY=VALUE ...]\n");
        return USAGE_ERROR;
    }
    if (command_line_parse(&line, count - 2, words + 2, &error) < 0) {
        say_misunderstood(&error);
        return USAGE_ERROR;
    }
    if (clean_environment() < 0 || check_job(&line.facts, &error) < 0) {
        say(&error);
        return USAGE_ERROR;
    }
    return run(words[1], &line);
}
