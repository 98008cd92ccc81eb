/* failure.c: tells Slurm why a job cannot start on this node. */
#include "plugin/failure.h"

#include "lib/agreed.h"
#include "lib/number.h"
#include "lib/program.h"
#include "lib/slurm/random_pause.h"
#include "lib/slurm/job_line.h"
#include "lib/slurm/slurm_option.h"
#include "plugin/job_record.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMAND_MS 2000
/* scontrol answers with all tasks of an array where the job has the array's number. */
#define RECORD_SIZE 65536

#define JOB_IS_OVER "Job has already finished" /* scontrol's words */

/* The words by which Slurm's commands are to name the job. The bare number of an array's
 * first record would mean the whole array. */
struct address {
    char task[32];  /* this job alone */
    char whole[32]; /* what can be requeued: of a heterogeneous job, its leader */
    bool again;     /* whether Slurm requeues it */
};

static unsigned long count_in(const char *variable)
{
    return number_of(getenv(variable), UINT_MAX);
}

/* Waits by chance, since a file server that is down fails all nodes of a job in the same
 * moment, and not all are to ask slurmctld at once. */
static void wait_in_turn(unsigned long nodes)
{
    poll(NULL, 0, random_pause(nodes));
}

static int run(char *const words[], char *said, size_t size, const char *purpose,
               const struct job *job)
{
    struct error error = {.party = ERROR_NONE};
    int status = program_run(words, COMMAND_MS, said, size, &error);

    if (status != 0)
        spank_job_say("job %u: cannot %s: %s", job->id, purpose,
                      error.party ? error.text : said);
    return status == 0 ? 0 : -1;
}

static void read_address(const struct job_line *line, struct address *address)
{
    if (line->array) {
        snprintf(address->task, sizeof(address->task), "%u_%u", line->array,
                 line->array_task);
        strcpy(address->whole, address->task);
    } else if (line->leader) {
        snprintf(address->whole, sizeof(address->whole), "%u", line->leader);
    }
    address->again = line->is_requeued && line->has_script;
}

static int find_address(const struct settings *settings, const struct job *job,
                        struct address *address)
{
    char squeue[JOB_LINE_PATH_SIZE], said[RECORD_SIZE];
    char *words[] = {squeue, JOB_LINE_WORDS, address->task, NULL};
    struct job_line line;

    job_line_program(squeue, settings);
    snprintf(address->task, sizeof(address->task), "%u", job->id);
    strcpy(address->whole, address->task);
    address->again = false;
    if (run(words, said, sizeof(said), "ask Slurm for it", job) < 0)
        return -1;
    if (job_line_find(&line, said, job->id))
        read_address(&line, address);
    return 0;
}

/* Asks slurmctld; the caller decides whether to tell what it says against the request. */
static int ask_for_note(const struct settings *settings, const struct address *address,
                        const char *text, char said[ERROR_TEXT_SIZE], struct error *error)
{
    char job_word[48], comment_word[FAULT_SAID_SIZE + 128];
    char *words[] = {(char *)settings->scontrol, "update", job_word, comment_word, NULL};

    snprintf(job_word, sizeof(job_word), "JobId=%s", address->task);
    snprintf(comment_word, sizeof(comment_word), "AdminComment=" FAILURE_MARK "%s", text);
    return program_run(words, COMMAND_MS, said, ERROR_TEXT_SIZE, error);
}

/* With `follows`, the epilog notes the failure of a job that is over. */
static void note(const struct settings *settings, const struct job *job,
                 const struct address *address, const char *text, bool follows)
{
    struct error error = {.party = ERROR_NONE};
    char said[ERROR_TEXT_SIZE];

    if (ask_for_note(settings, address, text, said, &error) != 0 &&
        !(follows && !error.party && strstr(said, JOB_IS_OVER)))
        spank_job_say("job %u: cannot note that in the job's AdminComment: %s", job->id,
                      error.party ? error.text : said);
}

/* Slurm's accounting keeps one text, so that the note is added to the record, and both
 * are written. */
static void note_in_accounting(const struct settings *settings, const struct job *job,
                               const struct address *address, const char *text)
{
    char sacctmgr[JOB_LINE_PATH_SIZE], job_word[48], said[ERROR_TEXT_SIZE];
    char *comment = job_record_comment_of(settings, address->task, job->id);
    char *word = NULL;
    char *words[] = {sacctmgr, "--immediate", "modify", "job", "where",
                     job_word, "set",         NULL,     NULL};
    const char *earlier = comment ? strstr(comment, FAILURE_KEY) : NULL;

    job_line_beside(sacctmgr, settings, "sacctmgr");
    snprintf(job_word, sizeof(job_word), "JobId=%s", address->task);
    if (comment && asprintf(&word, "AdminComment=%.*s" FAILURE_KEY "%s",
                            (int)(earlier ? earlier - comment : (long)strlen(comment)),
                            comment, text) > 0) {
        words[7] = word;
        run(words, said, sizeof(said), "note that in the job's accounting", job);
    }
    free(word);
    free(comment);
}

/* Tells the user of a salloc: Slurm shows the text on the terminal where salloc waits. */
static void notify(const struct settings *settings, const struct job *job,
                   const char *text)
{
    char job_word[16], text_word[FAULT_SAID_SIZE + 128], said[ERROR_TEXT_SIZE];
    char *words[] = {(char *)settings->scontrol, "notify", job_word, text_word, NULL};

    snprintf(job_word, sizeof(job_word), "%u", job->id);
    snprintf(text_word, sizeof(text_word), "atelier: %s", text);
    run(words, said, sizeof(said), "tell its salloc", job);
}

static void requeue(const struct settings *settings, const struct job *job,
                    struct address *address)
{
    char said[ERROR_TEXT_SIZE];
    char *words[] = {(char *)settings->scontrol, "requeue", address->whole, NULL};

    if (run(words, said, sizeof(said), "requeue it, so it fails", job) == 0)
        spank_job_say("job %u: requeued as the policy says, restart %lu of %d", job->id,
                      count_in("SLURM_JOB_RESTART_COUNT") + 1, FAILURE_REQUEUES);
}

/* Writes what everybody may read. Where the keeper did not live to write a notice, one is
 * made. */
static void write_text(char *text, size_t size, const struct job *job,
                       const struct fault *fault, bool again, bool exhausted)
{
    char notice[FAULT_SAID_SIZE], what[128];
    struct fault own = *fault;

    snprintf(what, sizeof(what), "on node %.64s the job's workspace", job->node);
    if (!*own.notice)
        fault_write_notice(&own, what);
    snprintf(text, size, "%s%s", fault_say_notice(&own, again, notice),
             exhausted ? " (after all its requeues)" : "");
}

void failure_tell(const struct settings *settings, const struct job *job,
                  const struct fault *fault)
{
    bool exhausted =
        fault->requeue && count_in("SLURM_JOB_RESTART_COUNT") >= FAILURE_REQUEUES;
    bool again = fault->requeue && !exhausted;
    char text[FAULT_SAID_SIZE + 64];
    struct address address;

    wait_in_turn(count_in("SLURM_JOB_NUM_NODES"));
    if (find_address(settings, job, &address) < 0)
        return;
    write_text(text, sizeof(text), job, fault, again && address.again, exhausted);
    note(settings, job, &address, text, false);
    if (getenv(SALLOC_MARK_FOR_PROLOG))
        notify(settings, job, fault->error.text);
    if (again)
        requeue(settings, job, &address);
}

void failure_note(const struct settings *settings, const struct job *job, unsigned nodes,
                  const char *notice)
{
    struct address address;

    wait_in_turn(nodes);
    if (find_address(settings, job, &address) == 0)
        note(settings, job, &address, notice, false);
}

void failure_note_loss(const struct settings *settings, const struct job *job,
                       unsigned nodes, const char *notice)
{
    struct address address;

    wait_in_turn(nodes);
    if (find_address(settings, job, &address) == 0)
        note(settings, job, &address, notice, true);
}

void failure_note_end(const struct settings *settings, const struct job *job,
                      const char *notice)
{
    struct error refused = {.party = ERROR_NONE};
    char said[ERROR_TEXT_SIZE];
    struct address address;

    wait_in_turn(count_in("SLURM_JOB_NUM_NODES"));
    if (find_address(settings, job, &address) == 0 &&
        ask_for_note(settings, &address, notice, said, &refused) != 0)
        note_in_accounting(settings, job, &address, notice);
}
