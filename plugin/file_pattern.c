/* file_pattern.c: expands the pattern of a step's file name as Slurm does. */
#include "plugin/file_pattern.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH_MAX 10 /* Slurm pads no further */

/* Returns the letter after a percent sign and an optional width, or NUL. */
static char letter_of(const char *percent, const char **end)
{
    const char *letter = percent + 1 + strspn(percent + 1, "0123456789");

    *end = letter + (*letter != '\0');
    return *letter;
}

bool file_pattern_is_of_nodes(const char *pattern)
{
    if (strchr(pattern, '\\'))
        return false;
    while ((pattern = strchr(pattern, '%'))) {
        char letter = letter_of(pattern, &pattern);

        if (letter == 't' || letter == 'n' || letter == 'N')
            return true;
    }
    return false;
}

static char *first_set(struct spank_handle *spank, const char *name, const char *other)
{
    char *value = spank_job_environment(spank, name);

    return value || !other ? value : spank_job_environment(spank, other);
}

static char *number(unsigned value)
{
    char *text;

    return asprintf(&text, "%u", value) < 0 ? NULL : text;
}

static char *last_digit(char *text)
{
    if (text && *text)
        memmove(text, text + strlen(text) - 1, 2);
    return text;
}

static char *user_of(const struct step *step)
{
    const struct passwd *user = getpwuid(step->job.uid);

    return user ? strdup(user->pw_name) : NULL;
}

/* Returns "job.step", or the job's number alone for a batch script, whose step has no
 * number. */
static char *job_and_step(const struct step *step)
{
    char *text;

    if (step->kind != STEP_TASKS || asprintf(&text, "%u.%u", step->job.id, step->id) < 0)
        return number(step->job.id);
    return text;
}

/* Returns what stands for the letter, for the caller to free; NULL where Slurm does not
 * say. */
static char *value_of(char letter, struct spank_handle *spank, const struct step *step)
{
    unsigned value = 0;

    switch (letter) {
    case 'j':
        return number(step->job.id);
    case 'J':
        return job_and_step(step);
    case 'A':
        return first_set(spank, "SLURM_ARRAY_JOB_ID", "SLURM_JOB_ID");
    case 'a':
        return spank_job_environment(spank, "SLURM_ARRAY_TASK_ID");
    case 'b':
        return last_digit(spank_job_environment(spank, "SLURM_ARRAY_TASK_ID"));
    case 's':
        return number(step->id);
    case 'n':
        return spank_job_node_rank(spank, &value) == 0 ? number(value) : NULL;
    case 't':
        return spank_job_rank(spank, 0, &value) == 0 ? number(value) : NULL;
    case 'N':
        return strdup(step->job.node);
    case 'u':
        return user_of(step);
    case 'x':
        return first_set(spank, "SLURM_JOB_NAME", NULL);
    default:
        return NULL;
    }
}

static void add_padded(FILE *out, const char *percent, const char *value)
{
    unsigned long width = strtoul(percent + 1, NULL, 10);
    size_t length = strlen(value);

    for (width = width < WIDTH_MAX ? width : WIDTH_MAX; width > length; width--)
        fputc('0', out);
    fputs(value, out);
}

static const char *add_value(FILE *out, const char *percent, struct spank_handle *spank,
                             const struct step *step)
{
    const char *end;
    char *value = value_of(letter_of(percent, &end), spank, step);

    if (percent[1] == '%')
        fputc('%', out);
    else if (value)
        add_padded(out, percent, value);
    else
        fwrite(percent, 1, (size_t)(end - percent), out);
    free(value);
    return percent[1] == '%' ? percent + 2 : end;
}

void file_pattern_expand(char path[PATH_MAX], const char *pattern,
                         struct spank_handle *spank, const struct step *step)
{
    bool is_escaped = strchr(pattern, '\\') != NULL;
    FILE *out = fmemopen(path, PATH_MAX - 1, "w");

    memset(path, 0, PATH_MAX);
    if (!out)
        return;
    while (*pattern) {
        if (*pattern == '%' && !is_escaped) {
            pattern = add_value(out, pattern, spank, step);
        } else {
            if (*pattern != '\\')
                fputc(*pattern, out);
            pattern++;
        }
    }
    fclose(out);
}
