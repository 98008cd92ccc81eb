/* framework_list.c: the frameworks that have a launcher here. */
#include "command.h"
#include "launcher.h"
#include "output.h"

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>

static const struct argp_option options[] = {
    {"json", 'j', NULL, 0, "Print JSON", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    (void)argument;
    if (key == 'j')
        *(bool *)state->input = true;
    return key == 'j' ? 0 : ARGP_ERR_UNKNOWN;
}

/* A launcher that is broken is listed with what is wrong with it. */
static json_t *row_of(const char *launchers, const char *name, int *status)
{
    struct error error = {.party = ERROR_NONE};
    struct record *description;
    const char *title;
    json_t *row;

    if (launcher_describe(&description, launchers, name, &error) < 0) {
        *status = COMMAND_PROBLEM;
        return json_pack("[ss]", name, error.text);
    }
    title = record_get(description, "title");
    row = json_pack("[ss]", name, title ? title : "");
    record_destroy(description);
    return row;
}

static json_t *objects_of(const json_t *rows)
{
    json_t *objects = json_array();
    const json_t *row;
    size_t index;

    json_array_foreach(rows, index, row) json_array_append_new(
        objects, json_pack("{s:O, s:O}", "name", json_array_get(row, 0), "title",
                           json_array_get(row, 1)));
    return objects;
}

int framework_list(int argc, char **argv, const struct settings *settings)
{
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .doc = "Shows the frameworks that have a launcher here. The policy may allow a "
               "workspace fewer."};
    struct error error = {.party = ERROR_NONE};
    struct launcher_names names;
    json_t *rows, *objects;
    int status = COMMAND_GOOD;
    bool json = false;

    if (argp_parse(&argp, argc, argv, 0, NULL, &json) != 0)
        return COMMAND_USAGE;
    if (launcher_names_read(&names, settings->launchers, &error) < 0) {
        fprintf(stderr, "%s: %s\n", argv[0], error.text);
        return COMMAND_USAGE;
    }
    rows = json_array();
    for (size_t i = 0; i < names.count; i++)
        json_array_append_new(rows, row_of(settings->launchers, names.names[i], &status));
    objects = objects_of(rows);
    if (json)
        output_json(objects);
    else
        output_table(rows, 0);
    json_decref(objects);
    json_decref(rows);
    launcher_names_release(&names);
    return status;
}
