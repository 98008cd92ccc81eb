/* keeper_outage.c: follows file servers that fall silent while the job runs. */
#include "lib/log.h"
#include "lib/record.h"
#include "storage/keeper/keeper.h"
#include "storage/outage_note.h"

#include <stdio.h>
#include <string.h>

#define TELL_MS 1000 /* for the keepers of the node's other jobs to notice as well */
#define LOOK_MS 5000 /* between two calls of storage_look */
#define JOBS_SIZE 512

/* Notes "store=3,home" for the keepers of other jobs. */
static void note_servers(const struct keeper *keeper)
{
    char text[PLAN_VOLUMES_MAX * (NAME_LENGTH_MAX + 24)] = "";
    size_t used = 0;

    for (size_t i = 0; i < keeper->storage.client_count; i++) {
        const struct server_client *client = &keeper->storage.clients[i];

        used += (size_t)sprintf(text + used, "%s%s", i ? "," : "",
                                server_client_name(client));
        if (client->outage.began)
            used += (size_t)sprintf(text + used, "=%lu", client->outage.calls);
    }
    if (used > 0)
        outage_note_servers(&keeper->directory, text);
}

/* Writes one line for the whole node. `seconds` is NULL as long as the outage lasts. */
static void log_outage(const struct keeper *keeper, const struct server_client *client,
                       const char *event, time_t since, const char *seconds)
{
    char jobs[JOBS_SIZE], time[OUTAGE_TIME_SIZE];
    struct record *line = record_create();
    unsigned long calls;

    if (!line)
        return;
    outage_note_gather(&keeper->directory, server_client_name(client), jobs, sizeof(jobs),
                       &calls);
    record_set(line, "node", keeper->facts.node);
    record_set(line, "server", server_client_name(client));
    record_set(line, "host", client->volumes[0]->server.host);
    record_set(line, "since", outage_time(since, time));
    if (seconds)
        record_set(line, "seconds", seconds);
    record_set(line, "jobs", jobs);
    if (!seconds)
        record_setf(line, "calls", "%lu", calls);
    log_line(event, line);
    record_destroy(line);
}

static void tell_end(const struct keeper *keeper, const struct server_client *client)
{
    char seconds[24];
    time_t since;

    if (outage_note_release(&keeper->directory, server_client_name(client), &since) < 0)
        return;
    snprintf(seconds, sizeof(seconds), "%lld", (long long)(time(NULL) - since));
    log_outage(keeper, client, "answers", since, seconds);
}

void keeper_outage_start(struct keeper *keeper)
{
    note_servers(keeper);
    for (size_t i = 0; i < keeper->storage.client_count; i++)
        tell_end(keeper, &keeper->storage.clients[i]);
    keeper->outages.is_looking = storage_must_look(&keeper->storage);
    keeper->outages.look = deadline_after(0);
}

void keeper_outage_hear(struct keeper *keeper, const struct server_client *client,
                        enum hearing hearing)
{
    note_servers(keeper);
    if (hearing == HEARING_ANSWER)
        tell_end(keeper, client);
    if (hearing != HEARING_SILENCE)
        return;
    keeper->outages.is_to_be_told = true;
    keeper->outages.tell = deadline_after(TELL_MS);
}

static void tell_outages(const struct keeper *keeper)
{
    for (size_t i = 0; i < keeper->storage.client_count; i++) {
        const struct server_client *client = &keeper->storage.clients[i];
        time_t since = client->outage.since;

        if (client->outage.began &&
            outage_note_claim(&keeper->directory, server_client_name(client), since) == 0)
            log_outage(keeper, client, "silent", since, NULL);
    }
}

static void look(struct keeper *keeper)
{
    for (size_t i = 0; i < keeper->storage.client_count; i++) {
        enum hearing hearing = storage_look(&keeper->storage, i);

        if (hearing != HEARING_NOTHING)
            keeper_outage_hear(keeper, &keeper->storage.clients[i], hearing);
    }
}

int keeper_outage_wait(const struct keeper *keeper)
{
    const struct keeper_outages *outages = &keeper->outages;

    return deadline_sooner(outages->is_to_be_told ? deadline_left(&outages->tell) : -1,
                           outages->is_looking ? deadline_left(&outages->look) : -1);
}

void keeper_outage_turn(struct keeper *keeper)
{
    struct keeper_outages *outages = &keeper->outages;

    if (outages->is_looking && deadline_passed(&outages->look)) {
        look(keeper);
        outages->look = deadline_after(LOOK_MS);
    }
    if (outages->is_to_be_told && deadline_passed(&outages->tell)) {
        outages->is_to_be_told = false;
        tell_outages(keeper);
    }
}

void keeper_outage_status(const struct keeper *keeper, struct record *answer)
{
    char key[NAME_LENGTH_MAX + sizeof("file_server.")], text[OUTAGE_TEXT_SIZE];

    if (!keeper->has_storage)
        return;
    for (size_t i = 0; i < keeper->storage.client_count; i++) {
        const struct server_client *client = &keeper->storage.clients[i];

        snprintf(key, sizeof(key), "file_server.%s", server_client_name(client));
        record_set(answer, key, outage_describe(&client->outage, text));
    }
    storage_report_unsafe(&keeper->storage, answer);
}

void keeper_outage_report(const struct keeper *keeper, struct record *report)
{
    char key[NAME_LENGTH_MAX + sizeof("waited.")];

    for (size_t i = 0; i < keeper->storage.client_count; i++) {
        const struct server_client *client = &keeper->storage.clients[i];
        long long total = outage_total(&client->outage);

        snprintf(key, sizeof(key), "waited.%s", server_client_name(client));
        if (total > 0)
            record_setf(report, key, "%.1f", (double)total / 1000.0);
    }
}
