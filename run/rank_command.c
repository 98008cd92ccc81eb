/* rank_command.c: cuts a rank's command into words and checks that it can be started. */
#include "run/rank_command.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_PATH "/usr/local/bin:/usr/bin:/bin"

/* A text of these bytes alone is nothing but words to a shell. */
#define PLAIN                                                        \
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" \
    "_./:,@%+-= \t"

/* Returns whether a shell would only cut the text into words: a first word NAME=... would
 * be an assignment to it. */
static bool is_plain(const char *text)
{
    size_t first = strcspn(text + strspn(text, " \t"), " \t=");

    return text[strspn(text, PLAIN)] == '\0' && text[strspn(text, " \t") + first] != '=';
}

int rank_command_read(char ***words, const char *text, struct error *error)
{
    size_t length = strlen(text), count = 0;
    size_t room = (length / 2 + 4) * sizeof(char *);
    char *copy, *rest;

    *words = malloc(room + length + 1);
    if (!*words)
        return error_set(error, ERROR_NODE, "out of memory for the command");
    copy = memcpy((char *)*words + room, text, length + 1);
    if (!is_plain(text)) {
        (*words)[count++] = (char *)"sh";
        (*words)[count++] = (char *)"-c";
        (*words)[count++] = copy;
    } else {
        for (char *word = strtok_r(copy, " \t", &rest); word;
             word = strtok_r(NULL, " \t", &rest))
            (*words)[count++] = word;
    }
    (*words)[count] = NULL;
    if (count > 0)
        return 0;
    free(*words);
    *words = NULL;
    return error_set(error, ERROR_USER, "a command is empty");
}

static bool is_file(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static bool can_execute(const char *path)
{
    return is_file(path) && access(path, X_OK) == 0;
}

/* Writes to `path` (PATH_MAX bytes) where the PATH has an executable `name`. */
static bool find_in_path(const char *name, char *path)
{
    const char *directory = getenv("PATH");

    if (!directory)
        directory = DEFAULT_PATH;
    for (;;) {
        int length = (int)strcspn(directory, ":");

        if (snprintf(path, PATH_MAX, "%.*s%s%s", length, directory, length ? "/" : "",
                     name) < PATH_MAX &&
            can_execute(path))
            return true;
        if (!directory[length])
            return false;
        directory += length + 1;
    }
}

static int refuse_program(const char *path, struct error *error)
{
    struct stat status;

    if (stat(path, &status) < 0)
        return error_set(error, ERROR_USER, "the program %s: %s", path,
                         errno == ENOENT ? "there is no such file" : strerror(errno));
    if (!S_ISREG(status.st_mode))
        return error_set(error, ERROR_USER, "the program %s is no file", path);
    return error_set(error, ERROR_USER,
                     "the program %s is not executable: chmod +x it, or name its "
                     "interpreter before it",
                     path);
}

/* Checks a script's interpreter. That of "#!/usr/bin/env python3" is the second word, in
 * the PATH. */
static int check_interpreter(const char *script, char *line, struct error *error)
{
    char *rest, *program = strtok_r(line + 2, " \t\n", &rest);
    char *argument = program ? strtok_r(NULL, " \t\n", &rest) : NULL;
    char path[PATH_MAX];

    if (!program)
        return 0;
    if (!can_execute(program))
        return error_set(
            error, ERROR_USER,
            "the interpreter %s that %s names in its first line is not there", program,
            script);
    if (argument && strcmp(program, "/usr/bin/env") == 0 && argument[0] != '-' &&
        !strchr(argument, '=') && !find_in_path(argument, path))
        return error_set(
            error, ERROR_USER,
            "`%s`, the interpreter that %s names in its first line, is not in "
            "the PATH",
            argument, script);
    return 0;
}

static int check_first_line(const char *path, struct error *error)
{
    char line[256];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? 0 : read(file, line, sizeof(line) - 1);

    if (file >= 0)
        close(file);
    if (length < 3 || line[0] != '#' || line[1] != '!')
        return 0;
    line[length] = '\0';
    line[strcspn(line, "\n")] = '\0';
    return check_interpreter(path, line, error);
}

/* Programs that take a script as their first word that is no option, with the one-letter
 * options that take no value. Behind any other option it is not known which word is the
 * script. */
static const struct interpreter {
    const char *name, *options;
} interpreters[] = {
    {"python", "uOBEsSIqbvxdi"},
    {"bash", "euxvfln"},
    {"sh", "euxvfn"},
    {"dash", "euxvfn"},
    {"perl", "wT"},
    {"julia", ""},
    {"Rscript", ""},
};

/* Finds the program by its name without directory and version: python3.11 is python. */
static const struct interpreter *find_interpreter(const char *program)
{
    const char *slash = strrchr(program, '/');
    size_t length;

    program = slash ? slash + 1 : program;
    length = strcspn(program, "0123456789.");
    for (size_t i = 0; i < sizeof(interpreters) / sizeof(interpreters[0]); i++)
        if (strlen(interpreters[i].name) == length &&
            strncmp(program, interpreters[i].name, length) == 0)
            return &interpreters[i];
    return NULL;
}

static bool is_simple(const char *option, const char *letters)
{
    return option[0] == '-' && option[1] && !option[1 + strspn(option + 1, letters)];
}

static int check_script(char *const words[], struct error *error)
{
    const struct interpreter *interpreter = find_interpreter(words[0]);
    size_t i = 1;

    while (interpreter && words[i] && is_simple(words[i], interpreter->options))
        i++;
    if (!interpreter || !words[i] || words[i][0] == '-' || words[i][0] == '+' ||
        access(words[i], R_OK) == 0)
        return 0;
    return error_set(error, ERROR_USER, "the script %s: %s", words[i],
                     errno == ENOENT ? "there is no such file" : strerror(errno));
}

bool rank_command_find(const char *name, char *path)
{
    if (!strchr(name, '/'))
        return find_in_path(name, path);
    return snprintf(path, PATH_MAX, "%s", name) < PATH_MAX && can_execute(path);
}

int rank_command_check(char *const words[], struct error *error)
{
    char path[PATH_MAX];

    if (!rank_command_find(words[0], path))
        return strchr(words[0], '/')
                   ? refuse_program(words[0], error)
                   : error_set(error, ERROR_USER, "`%s` is not in the PATH", words[0]);
    if (check_first_line(path, error) < 0)
        return -1;
    return check_script(words, error);
}
