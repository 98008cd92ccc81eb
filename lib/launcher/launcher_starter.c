/* launcher_starter.c: recognizes commands that start a framework's tasks themselves. */
#include "lib/launcher/launcher_starter.h"

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

/* After one of these words a command follows. */
static names before = {"exec", "env", "time",  "nohup", "command", "then", "do",
                       "else", "if",  "while", "!",     "{",       NULL};

static names shells = {"sh", "bash", "dash", "zsh", "ksh", "csh", "tcsh", "fish", NULL};

struct reader {
    bool at_command, at_module; /* what the next word is */
    bool after_command;         /* the word `command`, whose -v only looks */
    bool is_ended;              /* the next word begins another one of a shell's text */
    bool is_other;              /* which runs only if one before it fails */
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

static bool is_look_up(const struct reader *reader, const char *word, size_t length)
{
    return reader->after_command && length == 2 && word[0] == '-' &&
           (word[1] == 'v' || word[1] == 'V');
}

static void take(struct reader *reader, const char *word, size_t length)
{
    if (reader->at_module)
        reader->found |= is_one_of(word, length, modules);
    reader->at_module = length == 2 && memcmp(word, "-m", 2) == 0;
    if (is_look_up(reader, word, length))
        reader->at_command = false;
    reader->after_command = length == 7 && memcmp(word, "command", 7) == 0;
    if (!reader->at_command || length == 0 || *word == '-' ||
        is_assignment(word, length) || is_one_of(word, length, before))
        return;
    skip_path(&word, &length);
    reader->found |= is_one_of(word, length, starters);
    reader->at_command = false;
}

/* Returns the end of what stands in the parentheses of "$(...)", or the end of the text
 * where they are not closed. */
static const char *skip_parentheses(const char *text)
{
    int depth = 0;

    for (; *text; text++) {
        depth += (*text == '(') - (*text == ')');
        if (depth == 0)
            return text + 1;
    }
    return text;
}

static const char *skip_quotes(const char *text)
{
    const char quote = *text++;

    for (; *text && *text != quote; text++)
        if (*text == '\\' && quote != '\'' && text[1])
            text++;
    return text + (*text != '\0');
}

/* Whether a word ends here. The "&" of "2>&1" and of "&>file" belongs to a word. */
static bool is_separator(const char *text, const char *start)
{
    if (*text == '&' && (text[1] == '>' || (text > start && text[-1] == '>')))
        return false;
    return strchr(" \t\n;|&()", *text);
}

/* Returns the end of a word of a shell's text. What is quoted, or is the output of
 * another command, is part of the word. */
static const char *skip_word(const char *text)
{
    const char *start = text;

    while (*text && !is_separator(text, start))
        if (*text == '"' || *text == '\'' || *text == '`')
            text = skip_quotes(text);
        else if (text[0] == '$' && text[1] == '(')
            text = skip_parentheses(text + 1);
        else
            text += text[0] == '\\' && text[1] ? 2 : 1;
    return text;
}

/* Takes the next word. Of a word that is quoted as a whole, such as "/opt/bin/torchrun",
 * the quotes are left out. */
static void take_word(struct reader *reader, const char *word, size_t length)
{
    if (reader->is_ended) {
        reader->at_command = true;
        reader->at_module = reader->after_command = reader->found = false;
    }
    reader->is_ended = false;
    if (length > 1 && (*word == '"' || *word == '\'') && word[length - 1] == *word) {
        word++;
        length -= 2;
    }
    take(reader, word, length);
}

/* Skips spaces, and the "\" at a line's end. */
static const char *skip_space(const char *text)
{
    while (*text == ' ' || *text == '\t' || (text[0] == '\\' && text[1] == '\n'))
        text += *text == '\\' ? 2 : 1;
    return text;
}

/* Takes what stands between two commands, and returns its length. A pipe does not end the
 * search, since all commands that it joins run. */
static size_t take_separator(struct reader *reader, const char *text)
{
    const bool is_double = (*text == '|' || *text == '&') && text[1] == *text;

    if (*text == '|' && is_double)
        reader->is_other = true;
    else if (!is_double && strchr(";\n&", *text))
        reader->is_other = false;
    if (*text == '|' && !is_double)
        reader->at_command = true;
    else
        reader->is_ended = true;
    return is_double ? 2 : 1;
}

/* Whether the last command of a shell's text is a starter, and no other may run in its
 * place. Commands before it are done by the task itself. A command inside a condition or
 * a loop is not the last one, since `fi` or `done` follows it. */
static bool ends_in_starter(const char *text)
{
    struct reader reader = {.at_command = true};

    while (*(text = skip_space(text))) {
        const char *end = skip_word(text);

        if (*text == '#') {
            text += strcspn(text, "\n");
        } else if (end > text) {
            take_word(&reader, text, (size_t)(end - text));
            text = end;
        } else {
            text += take_separator(&reader, text);
        }
    }
    return reader.found && !reader.is_other;
}

static bool is_shell(const char *word)
{
    size_t length;

    word += *word == '-'; /* a login shell's name */
    length = strlen(word);
    skip_path(&word, &length);
    return is_one_of(word, length, shells);
}

/* Whether the word is "-c", "-lc" or the like, after which a text to run follows. */
static bool asks_for_text(const char *word)
{
    return word[0] == '-' && word[1] != '-' && strchr(word, 'c');
}

static bool is_option(const char *word)
{
    return *word == '-' || *word == '+';
}

/* Returns the index of the command's word. The words before it, as in `env NAME=VALUE
 * bash`, are skipped. */
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
                return ends_in_starter(words[i + 1]);
    for (int i = 0; i < count && !reader.found; i++)
        take(&reader, words[i], strlen(words[i]));
    return reader.found;
}

bool launcher_starter_is_shell(char *const words[], int count)
{
    if (count < 1 || !is_shell(words[0]))
        return false;
    for (int i = 1; i < count; i++)
        if (!is_option(words[i]) || asks_for_text(words[i]))
            return false;
    return true;
}
