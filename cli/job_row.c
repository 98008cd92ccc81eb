#include "job_row.h"

#include "slurm_command.h"

#include <stdbool.h>
#include <string.h>

#define MARK SLURM_COMMAND_MARK

/* squeue pads its fields; those of the accounting have no blank at their ends. */
static void trim(json_t *row)
{
    const char *key;
    json_t *value;

    json_object_foreach(row, key, value)
    {
        const char *text = json_string_value(value);
        size_t length = strlen(text);

        while (length > 0 && text[length - 1] == ' ')
            length--;
        json_object_set_new(row, key, json_stringn(text, length));
    }
}

static bool is(const json_t *row, const char *key, const char *text)
{
    const char *value = json_string_value(json_object_get(row, key));

    return value && strcmp(value, text) == 0;
}

/* Jobs that have ended are there, too, for some minutes. The admin comment comes last,
 * since it may hold anything. */
static json_t *row_of_controller(const char *id)
{
    static const char *const fields[] = {
        "user", "account",  "partition",   "wckey", "qos",   "time_limit",    "nodes",
        "tres", "features", "reservation", "batch", "state", "admin_comment", NULL};
    const char *const argv[] = {
        "squeue",
        "--noheader",
        "--states=all",
        "--jobs",
        id,
        "--Format",
        "UserName:255" MARK ",Account:255" MARK ",Partition:1024" MARK ",WCKey:255" MARK
        ",QOS:255" MARK ",TimeLimit:64" MARK ",NumNodes:64" MARK ",tres-alloc:1024" MARK
        ",Feature:1024" MARK ",Reservation:255" MARK ",BatchFlag:8" MARK ",State:64" MARK
        ",admin_comment:10300",
        NULL};
    json_t *rows =
        slurm_command_rows_of_users(argv, fields, &(struct error){.party = ERROR_NONE});
    json_t *row = json_incref(json_array_get(rows, 0));

    json_decref(rows);
    if (!row)
        return NULL;
    trim(row);
    json_object_set_new(row, "script", json_boolean(is(row, "batch", "1")));
    return row;
}

/* A step of the name "ID.batch" tells a batch job. */
static bool has_batch_step(const json_t *rows)
{
    const json_t *row;
    size_t index;

    json_array_foreach(rows, index, row)
    {
        const char *id = json_string_value(json_object_get(row, "id"));
        const char *dot = id ? strrchr(id, '.') : NULL;

        if (dot && strcmp(dot, ".batch") == 0)
            return true;
    }
    return false;
}

static json_t *row_of_accounting(const char *id, struct error *error)
{
    static const char *const fields[] = {
        "id",          "user",       "account",       "partition", "wckey",
        "qos",         "time_limit", "nodes",         "tres",      "features",
        "reservation", "state",      "admin_comment", NULL};
    const char *const argv[] = {"sacct",
                                "-P",
                                "--delimiter=" MARK,
                                "-n",
                                "-j",
                                id,
                                "-o",
                                "JobID,User,Account,Partition,WCKey,QOS,TimelimitRaw,"
                                "ReqNodes,ReqTRES,Constraints,Reservation,State,"
                                "AdminComment",
                                NULL};
    json_t *rows = slurm_command_rows_of_users(argv, fields, error);
    json_t *row = json_incref(json_array_get(rows, 0));

    if (row)
        json_object_set_new(row, "script", json_boolean(has_batch_step(rows)));
    else if (rows)
        error_set(error, ERROR_USER,
                  "neither slurmctld nor Slurm's accounting knows job %s", id);
    json_decref(rows);
    return row;
}

json_t *job_row(const char *id, struct error *error)
{
    json_t *row = row_of_controller(id);

    return row ? row : row_of_accounting(id, error);
}
