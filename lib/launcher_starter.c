#include "launcher_starter.h"

#include <stddef.h>
#include <string.h>

typedef const char *const names[];

static names starters = {"torchrun", "accelerate",    "deepspeed", "horovodrun", "mpirun",
                         "mpiexec",  "mpiexec.hydra", "orterun",   "prterun",    "prun",
                         NULL};

static names modules = {"torch.distributed.run",
                        "torch.distributed.launch",
                        "torch.distributed.elastic",
                        "accelerate.commands.launch",
                        "accelerate.commands.accelerate_cli",
                        "deepspeed.launcher.runner",
                        "horovod.runner.launch",
                        NULL};

/* A command follows them. */
static names before = {"exec", "env", "time",  "nohup", "command", "then", "do",
                       "else", "if",  "while", "!",     "{",       NULL};

static names shells = {"sh", "bash", "dash", "zsh", "ksh", "csh", "tcsh", "fish", NULL};

struct reader {
    bool at_command, at_module; /* what the next word is */
    bool found;
};

static bool is_one_of(const char *word, size_t length, names list)
{
    for (size_t i = 0; list[i]; i++)
        if (strlen(list[i]) == length && strncmp(list[i], word, length) == 0)
            return true;
    return false;
}

static bool is_assignment(const char *word, size_t length)
{
    const char *equals = memchr(word, '=', length);

    return equals && !memchr(word, '/', (size_t)(equals - word));
}

static void skip_path(const char **word, size_t *length)
{
    const char *slash = memrchr(*word, '/', *length);

    if (slash) {
        *length -= (size_t)(slash + 1 - *word);
        *word = slash + 1;
    }
}

static void take(struct reader *reader, const char *word, size_t length)
{
    if (reader->at_module)
        reader->found |= is_one_of(word, length, modules);
    reader->at_module = length == 2 && memcmp(word, "-m", 2) == 0;
    if (!reader->at_command || length == 0 || *word == '-' ||
        is_assignment(word, length) || is_one_of(word, length, before))
        return;
    skip_path(&word, &length);
    reader->found |= is_one_of(word, length, starters);
    reader->at_command = false;
}

/* As a shell would cut it, but for its quotes: what is in them is cut, too. */
static bool has_starter(const char *text)
{
    struct reader reader = {.at_command = true};

    while (*text && !reader.found) {
        size_t length = strcspn(text, " \t\n\\\"';|&()");

        if (length > 0)
            take(&reader, text, length);
        text += length;
        if (*text && strchr("\n;|&()", *text))
            reader = (struct reader){.at_command = true, .found = reader.found};
        text += *text != '\0';
    }
    return reader.found;
}

static bool is_shell(const char *word)
{
    size_t length;

    word += *word == '-'; /* a login shell's name */
    length = strlen(word);
    skip_path(&word, &length);
    return is_one_of(word, length, shells);
}

/* "-c", "-lc": the next word is a text to run. */
static bool asks_for_text(const char *word)
{
    return word[0] == '-' && word[1] != '-' && strchr(word, 'c');
}

static bool is_option(const char *word)
{
    return *word == '-' || *word == '+';
}

/* What stands before it, as in `env NAME=VALUE bash`, is skipped. */
static int find_command(char *const words[], int count)
{
    for (int i = 0; i < count; i++) {
        size_t length = strlen(words[i]);

        if (!is_assignment(words[i], length) && !is_one_of(words[i], length, before))
            return i;
    }
    return count;
}

bool launcher_starter(char *const words[], int count)
{
    struct reader reader = {.at_command = true};
    int command = find_command(words, count);

    if (command < count && is_shell(words[command]))
        for (int i = command + 1; i + 1 < count && is_option(words[i]); i++)
            if (asks_for_text(words[i]))
                return has_starter(words[i + 1]);
    for (int i = 0; i < count && !reader.found; i++)
        take(&reader, words[i], strlen(words[i]));
    return reader.found;
}

bool launcher_shell(char *const words[], int count)
{
    if (count < 1 || !is_shell(words[0]))
        return false;
    for (int i = 1; i < count; i++)
        if (!is_option(words[i]) || asks_for_text(words[i]))
            return false;
    return true;
}
