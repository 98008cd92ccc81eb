/* replay_expectations.c: checks what the lines of a hook sequence expect. */
#include "tests/hooks/replay.h"

#include "tests/hooks/spank_stub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool has_line(const char *text, const char *line)
{
    size_t length = strlen(line);

    for (const char *at = text; (at = strstr(at, line)); at++)
        if ((at == text || at[-1] == '\n') && (at[length] == '\n' || !at[length]))
            return true;
    return false;
}

static bool file_has_line(char *text)
{
    char content[8192] = "";
    char *path = line_next_word(&text);
    FILE *file = fopen(path, "r");

    if (!file)
        return false;
    content[fread(content, 1, sizeof(content) - 1, file)] = '\0';
    fclose(file);
    return has_line(content, text);
}

static int count_lines(const char *text)
{
    int count = 0;

    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static bool has_variable(const char *text)
{
    char name[128];
    const char *equals = strchr(text, '=');
    const char *value;

    snprintf(name, sizeof(name), "%.*s", (int)strcspn(text, "="), text);
    value = stub_environment(name);
    return value && (!equals || strcmp(value, equals + 1) == 0);
}

static bool host_has_variable(const char *text)
{
    char start[160];

    if (strchr(text, '='))
        return has_line(stub->host, text);
    snprintf(start, sizeof(start), "\n%s=", text);
    return strstr(stub->host, start + 1) == stub->host ||
           strstr(stub->host, start) != NULL;
}

static bool holds(char *text, int exit_status)
{
    char *what = line_next_word(&text);

    if (strcmp(what, "status") == 0)
        return stub->status == atoi(text);
    if (strcmp(what, "exit") == 0)
        return exit_status == atoi(text);
    if (strcmp(what, "said") == 0)
        return strstr(stub->said, text) != NULL;
    if (strcmp(what, "lines") == 0)
        return count_lines(stub->said) == atoi(text);
    if (strcmp(what, "entered") == 0)
        return stub->namespace_entries == atoi(text);
    if (strcmp(what, "host") == 0)
        return host_has_variable(text);
    if (strcmp(what, "environment") == 0)
        return has_variable(text);
    if (strcmp(what, "handed") == 0)
        return strcmp(stub->handed_on, text) == 0;
    if (strcmp(what, "line") == 0)
        return file_has_line(text);
    if (strcmp(what, "file") == 0)
        return access(text, F_OK) == 0;
    return false;
}

bool expectation_holds(const char *line, int exit_status)
{
    char *text = line_expand(line);
    char *rest = text;
    bool wanted = true, right;

    line_next_word(&rest);
    if (strncmp(rest, "no ", 3) == 0) {
        wanted = false;
        line_next_word(&rest);
    }
    right = holds(rest, exit_status) == wanted;
    if (!right)
        printf("#   not so: %s\n", line);
    free(text);
    return right;
}
