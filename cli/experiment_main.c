/* experiment_main.c: atelier-experiment, which tells whether an experiment is new.
 *
 * sbatch, salloc and srun ask it: a mistyped name is a new experiment, too.
 *
 *     atelier-experiment [KEY=VALUE]... WORKSPACE EXPERIMENT
 *
 * It runs as the user who submits and prints a sentence, or nothing. What there is it
 * asks of Slurm's accounting, and so that a thousand submissions ask once, it keeps the
 * names that it was asked about in the user's ~/.cache/atelier/experiments. Nobody waits
 * for it: who starts it ends it after a while. Whatever fails here fails in silence.
 */
#include "cli/lua_json.h"
#include "cli/user.h"
#include "lib/policy/policy_engine.h"
#include "lib/settings.h"
#include "lib/slurm/slurm_command.h"

#include <ctype.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define KEPT_MAX (1 << 16) /* bytes; a longer file begins again */
#define PATIENCE_SECONDS 2 /* more than an answer takes, or who starts this waits */
#define PAUSE_SECONDS 10   /* without questions, after one that nobody answered */
#define LINE_SIZE 256      /* of a workspace, a dot, an experiment, a newline */

/* Writes the file's path and makes its directories. Returns whether the user has a home.
 */
static bool find_kept(const struct passwd *user, char path[PATH_MAX])
{
    static const char *const parts[] = {"/.cache", "/atelier"};
    size_t length;

    if (user->pw_dir[0] != '/' || strlen(user->pw_dir) > PATH_MAX / 2)
        return false;
    length = (size_t)sprintf(path, "%s", user->pw_dir);
    for (int i = 0; i < 2; i++) {
        length += (size_t)sprintf(path + length, "%s", parts[i]);
        mkdir(path, 0700);
    }
    sprintf(path + length, "/experiments");
    return true;
}

static bool is_kept(const char *path, const char *name)
{
    FILE *file = fopen(path, "re");
    char line[LINE_SIZE];
    bool found = false;

    while (file && !found && fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\n")] = '\0';
        found = strcmp(line, name) == 0;
    }
    if (file)
        fclose(file);
    return found;
}

static void keep(const char *path, const char *name)
{
    struct stat status;
    bool is_long = stat(path, &status) == 0 && status.st_size > KEPT_MAX;
    FILE *file = fopen(path, is_long ? "we" : "ae");

    if (!file)
        return;
    fprintf(file, "%s\n", name);
    fclose(file);
}

/* Asks Slurm's accounting for the wckeys of the accounts' jobs. sacct lies beside
 * scontrol. Returns its text, malloc'ed; NULL where there is no answer. */
static char *ask_slurm(const struct settings *settings, const char *accounts)
{
    struct error ignored = {.party = ERROR_NONE};
    const char *slash = strrchr(settings->scontrol, '/');
    char sacct[SETTINGS_PATH_SIZE + sizeof("sacct")];
    const char *const argv[] = {sacct,   "-X", "-n",     "-P", "-a",         "-o",
                                "WCKey", "-A", accounts, "-S", "now-90days", NULL};

    snprintf(sacct, sizeof(sacct), "%.*ssacct", (int)(slash + 1 - settings->scontrol),
             settings->scontrol);
    return slurm_command_run(argv, &ignored);
}

static json_t *call(struct policy_engine *engine, const char *function,
                    const json_t *asked)
{
    return lua_json_call(engine, "atelier.decide.new_experiment", function, asked,
                         &(struct error){.party = ERROR_NONE});
}

/* Tells whether the experiment is new. Returns whether that is known by now. */
static bool tell(struct policy_engine *engine, const struct settings *settings,
                 json_t *asked)
{
    json_t *accounts = call(engine, "accounts", asked), *sentence;
    char *wckeys = json_is_string(accounts)
                       ? ask_slurm(settings, json_string_value(accounts))
                       : NULL;

    json_decref(accounts);
    if (!wckeys)
        return false;
    json_object_set_new(asked, "wckeys", json_string_nocheck(wckeys));
    free(wckeys);
    sentence = call(engine, "tell", asked);
    if (json_is_string(sentence))
        printf("%s\n", json_string_value(sentence));
    json_decref(sentence);
    return true;
}

/* Loads the policy. Returns NULL where it cannot be used. */
static struct policy_engine *load_policy(const struct settings *settings,
                                         struct policy_text *policy)
{
    struct error ignored = {.party = ERROR_NONE};
    struct policy_engine *engine;

    if (policy_text_read(policy, settings->policy, &ignored) < 0)
        return NULL;
    engine = policy_engine_create(settings->lua, true, &policy_engine_command_limits,
                                  &ignored);
    if (engine && policy_engine_ask(engine, policy, NULL, &ignored) == 0 &&
        !*policy_engine_problems(engine))
        return engine;
    policy_engine_destroy(engine);
    return NULL;
}

/* The groups come last: who knows them may be a daemon, or a server. */
static bool look(const struct settings *settings, const struct passwd *user,
                 const char *workspace, const char *experiment)
{
    static struct policy_text policy;
    struct policy_engine *engine = load_policy(settings, &policy);
    json_t *asked = engine ? json_pack("{s:s, s:s, s:s, s:o}", "user", user->pw_name,
                                       "workspace", workspace, "experiment", experiment,
                                       "groups", user_groups(user->pw_name))
                           : NULL;
    bool is_known = asked && tell(engine, settings, asked);

    json_decref(asked);
    policy_engine_destroy(engine);
    policy_text_release(&policy);
    return is_known;
}

/* A file that is there while somebody asks: one that was ended leaves it. Where that was
 * more than a moment ago and not long ago, accounting does not answer, and nobody is to
 * wait for it at each submission. Returns whether to ask. */
static bool begin_to_ask(const char *waiting)
{
    struct stat status;
    time_t age;
    int file;

    if (stat(waiting, &status) == 0) {
        age = time(NULL) - status.st_mtime;
        if (age >= PATIENCE_SECONDS && age < PAUSE_SECONDS)
            return false;
        if (age >= PAUSE_SECONDS)
            unlink(waiting);
    }
    file = open(waiting, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0)
        close(file);
    return true;
}

int main(int argc, char **argv)
{
    struct error ignored = {.party = ERROR_NONE};
    const struct passwd *user = getpwuid(getuid());
    struct settings settings;
    char path[PATH_MAX] = "", waiting[PATH_MAX + sizeof(".waiting")], name[LINE_SIZE - 1];
    bool has_file;

    if (argc < 3)
        return 2;
    if (!user)
        return 0;
    settings_init(&settings);
    settings_apply_all(&settings, argc - 3, argv + 1, &ignored);
    snprintf(name, sizeof(name), "%s.%s", argv[argc - 2], argv[argc - 1]);
    for (char *letter = name; *letter; letter++)
        *letter = (char)tolower((unsigned char)*letter);
    has_file = find_kept(user, path);
    if (has_file && is_kept(path, name))
        return 0;
    snprintf(waiting, sizeof(waiting), "%s.waiting", path);
    if (has_file && !begin_to_ask(waiting))
        return 0;
    if (look(&settings, user, argv[argc - 2], argv[argc - 1]) && has_file)
        keep(path, name);
    if (has_file)
        unlink(waiting);
    return 0;
}
