#include "explanation.h"

#include "layout.h"
#include "output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNLIMITED 4294967295LL /* Slurm's number of minutes for no limit */

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text ? text : "";
}

static json_t *text_of(const json_t *value)
{
    char *encoded;
    json_t *text;

    if (json_is_string(value))
        return json_incref((json_t *)value);
    encoded =
        value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    text = json_string(encoded ? encoded : "");
    free(encoded);
    return text;
}

/* "policy.lua:41"; empty when it was not the policy. */
static json_t *place_of(const json_t *entry)
{
    const json_t *line = json_object_get(entry, "line");

    if (!json_object_get(entry, "file"))
        return json_string("");
    if (!line)
        return json_string(text_at(entry, "file"));
    return json_sprintf("%s:%lld", text_at(entry, "file"),
                        (long long)json_integer_value(line));
}

/* Minutes as Slurm shows them. */
static json_t *wall_time(const json_t *minutes)
{
    long long count = (long long)json_integer_value(minutes);

    if (count >= UNLIMITED)
        return json_string("unlimited");
    if (count >= 1440)
        return json_sprintf("%lld-%02lld:%02lld:00", count / 1440, count % 1440 / 60,
                            count % 60);
    return json_sprintf("%02lld:%02lld:00", count / 60, count % 60);
}

static json_t *value_of(const json_t *entry)
{
    const char *what = text_at(entry, "what");
    const json_t *value = json_object_get(entry, "value");

    if (json_is_integer(value) &&
        (strcmp(what, "time_limit") == 0 || strcmp(what, "wall_time") == 0))
        return wall_time(value);
    return text_of(value);
}

/* "running_jobs" for people. */
static json_t *label_of(const char *what)
{
    json_t *label = json_string(what);
    char *text = (char *)json_string_value(label);

    for (; text && *text; text++)
        if (*text == '_')
            *text = ' ';
    return label;
}

static void add_row(json_t *rows, json_t *what, json_t *value, json_t *place,
                    const char *why)
{
    json_array_append_new(rows, json_pack("[o, o, o, s]", what, value, place, why));
}

static void print_reasons(const json_t *reasons)
{
    json_t *rows = json_array();
    const json_t *reason;
    size_t index;

    json_array_foreach(reasons, index, reason)
        add_row(rows, label_of(text_at(reason, "what")), value_of(reason),
                place_of(reason), text_at(reason, "why"));
    output_table(rows, 0);
    json_decref(rows);
}

static void print_volumes(const json_t *volumes)
{
    json_t *rows = json_array();
    const json_t *volume;
    size_t index;

    json_array_foreach(volumes, index, volume)
    {
        const char *driver = text_at(volume, "driver");

        json_array_append_new(
            rows, json_pack("[s, o, o, s]", text_at(volume, "name"),
                            json_sprintf("%s %s by %s", text_at(volume, "what"),
                                         text_at(volume, "mode"),
                                         *driver ? driver : text_at(volume, "kind")),
                            place_of(volume), text_at(volume, "why")));
    }
    if (json_array_size(rows) > 0)
        printf("\nVolumes:\n");
    output_table(rows, 2);
    json_decref(rows);
}

static void print_mounts(const json_t *mounts)
{
    json_t *rows = json_array();
    const json_t *mount;
    size_t index;

    json_array_foreach(mounts, index, mount) json_array_append_new(
        rows, json_pack("[s, o, s]", text_at(mount, "name"),
                        json_sprintf("%s%s%s %s", text_at(mount, "volume"),
                                     json_object_get(mount, "path") ? "/" : "",
                                     text_at(mount, "path"), text_at(mount, "mode")),
                        text_at(mount, "why")));
    if (json_array_size(rows) > 0)
        printf("\nMounts:\n");
    output_table(rows, 2);
    json_decref(rows);
}

static void print_limits(const json_t *limits)
{
    json_t *rows = json_array();
    const json_t *limit;
    size_t index;

    json_array_foreach(limits, index, limit) json_array_append_new(
        rows,
        json_pack("[o, o, o, o]", label_of(text_at(limit, "what")), value_of(limit),
                  place_of(limit),
                  json_sprintf("%s: %s", text_at(limit, "why"), text_at(limit, "told"))));
    if (json_array_size(rows) > 0)
        printf("\nLimits:\n");
    output_table(rows, 2);
    json_decref(rows);
}

static void print_environment(const json_t *environment)
{
    json_t *rows = json_array();
    const json_t *entry;
    size_t index;

    json_array_foreach(environment, index, entry) add_row(
        rows, json_sprintf("%s=%s", text_at(entry, "what"), text_at(entry, "value")),
        json_string(""), place_of(entry), text_at(entry, "why"));
    if (json_array_size(rows) > 0)
        printf("\nEnvironment of every task:\n");
    output_table(rows, 2);
    json_decref(rows);
}

static void print_tasks(const json_t *answer)
{
    layout_tasks_print(json_object_get(answer, "tasks"));
    if (*text_at(answer, "launch"))
        printf("\nLaunch:\n  %s\n", text_at(answer, "launch"));
}

/* What a function of the policy did wrong, which slurmctld keeps for its log. */
static void print_detail(const json_t *refusal)
{
    if (!json_object_get(refusal, "detail"))
        return;
    printf("reason: ");
    output_text(text_at(refusal, "detail"));
    putchar('\n');
}

/* A job without our options whose default workspace nobody could tell. */
static void print_failure(const json_t *failure)
{
    json_t *place = place_of(failure);

    printf("the policy leaves the job as it is: default_workspace failed (%s)\n",
           json_string_value(place));
    json_decref(place);
    print_detail(failure);
}

static void print_refusal(const json_t *refusal)
{
    json_t *place = place_of(refusal);

    printf("refused: ");
    output_text(text_at(refusal, "text"));
    if (*json_string_value(place))
        printf(" (%s)", json_string_value(place));
    putchar('\n');
    json_decref(place);
    print_detail(refusal);
}

/* What decides is not what the file says. */
static void print_broken_file(const json_t *answer)
{
    if (!json_object_get(answer, "broken_file"))
        return;
    printf("The policy in force is older than its file, which is broken: ");
    output_text(text_at(answer, "broken_file"));
    printf("\n\n");
}

/* What keeps Slurm from doing what the policy decides. */
static void print_warnings(const json_t *answer)
{
    const json_t *warnings = json_object_get(answer, "warnings"), *sentence;
    size_t index;

    json_array_foreach(warnings, index, sentence)
    {
        printf("warning: ");
        output_text(json_string_value(sentence));
        putchar('\n');
    }
    if (json_array_size(warnings) > 0)
        putchar('\n');
}

/* The record is not made anew where a job's partition is changed. */
static void print_moved(const json_t *moved, const json_t *decision)
{
    const char *from = text_at(moved, "from"), *to = text_at(moved, "to");

    printf(
        "it was submitted to %s%s%s, and its partition %s is of %s%s%s: it was moved, or "
        "the policy has changed\n",
        *from ? "cluster `" : "several clusters", from, *from ? "`" : "",
        text_at(decision, "partition"), *to ? "cluster `" : "several clusters", to,
        *to ? "`" : "");
}

static void print_differences(const json_t *answer)
{
    const json_t *differences = json_object_get(answer, "differences");
    json_t *rows = json_array();
    const json_t *one;
    size_t index;

    json_array_foreach(differences, index, one) json_array_append_new(
        rows, json_pack("[o, s, s, s]", label_of(text_at(one, "what")),
                        text_at(one, "was"), "today:", text_at(one, "is")));
    printf("job %s: %s\n", text_at(answer, "job"),
           json_object_get(answer, "refusal") ? "the policy of today refuses it"
           : json_array_size(differences) > 0 ? "the policy of today decides otherwise"
                                              : "the policy of today decides the same");
    output_table(rows, 2);
    json_decref(rows);
    if (json_object_get(answer, "moved"))
        print_moved(json_object_get(answer, "moved"),
                    json_object_get(answer, "decision"));
    if (*text_at(json_object_get(answer, "record"), "failure")) {
        printf("what went wrong: ");
        output_text(text_at(json_object_get(answer, "record"), "failure"));
        putchar('\n');
    }
    putchar('\n');
}

/* What was read, and decides nothing. */
static void print_notes(const json_t *answer)
{
    const json_t *unused = json_object_get(answer, "unused");
    const json_t *one;
    size_t index;

    json_array_foreach(unused, index, one)
        printf("%s--%s", index == 0 ? "\nOf no effect on the decision: " : ", ",
               json_string_value(one));
    if (json_array_size(unused) > 0)
        putchar('\n');
    json_array_foreach(json_object_get(answer, "notes"), index, one)
    {
        printf("%sNote: ", index == 0 ? "\n" : "");
        output_text(json_string_value(one));
        putchar('\n');
    }
}

static void print_decision(const json_t *answer)
{
    if (json_object_get(answer, "refusal")) {
        print_refusal(json_object_get(answer, "refusal"));
        return;
    }
    if (json_object_get(answer, "failure")) {
        print_failure(json_object_get(answer, "failure"));
        return;
    }
    if (json_object_size(json_object_get(answer, "decision")) == 0) {
        printf("the policy leaves the job as it is: it names no workspace, and its user "
               "has no default, or it names another account\n");
        return;
    }
    print_reasons(json_object_get(answer, "reasons"));
    print_volumes(json_object_get(answer, "volumes"));
    print_mounts(json_object_get(answer, "mounts"));
    print_limits(json_object_get(answer, "limits"));
    print_environment(json_object_get(answer, "environment"));
    print_tasks(answer);
}

bool explanation_is_good(const json_t *answer)
{
    return !json_object_get(answer, "refusal") &&
           json_array_size(json_object_get(answer, "differences")) == 0;
}

void explanation_print(const json_t *answer)
{
    print_broken_file(answer);
    print_warnings(answer);
    if (json_object_get(answer, "differences"))
        print_differences(answer);
    print_decision(answer);
    print_notes(answer);
}
