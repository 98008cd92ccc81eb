/* doctor_check.h: the questions of `atelier doctor` that are files of their own.
 */
#ifndef ATELIER_DOCTOR_CHECK_H
#define ATELIER_DOCTOR_CHECK_H

#include "lib/error.h"
#include "lib/settings.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define DOCTOR_TEXT_SIZE (ERROR_TEXT_SIZE + 256)

/* Each writes what it found, or what is wrong and what to do, and returns whether it is
 * well. */
typedef bool doctor_question(const struct settings *settings,
                             char text[DOCTOR_TEXT_SIZE]);

struct doctor_check {
    const char *name;
    doctor_question *ask;
};

/* One that may find several things: appends { check, good, text } of each to the array
 * `answers`, and returns whether all is well. */
typedef bool doctor_findings(const struct settings *settings, json_t *answers);

/* Asks `count` questions, and `more` (NULL: none), and prints the answers. Returns the
 * exit status of the program (command.h). */
int doctor_ask(const struct doctor_check *checks, size_t count,
               const struct settings *settings, doctor_findings *more, bool json);

/* Whether Slurm here would load the plugin's file: asked of Slurm itself, and before any
 * line of plugstack.conf says that it must. */
doctor_question doctor_plugin;

/* Whether such a line is there, is right and has its effect. */
doctor_question doctor_line;

/* Whether users, groups or subordinate ids have one of the NFS clients' ids. */
doctor_question doctor_client_ids;

/* Whether Slurm is configured as the policy and the plugin need. */
doctor_findings doctor_configuration;

#endif
