/* command_source.h: what a command may ask of this machine beside Slurm's programs.
 *
 *     source      asked with        its answer
 *     launchers                     a list of { name, title or fault }
 *     launcher    framework         { name, title, example, settings = { form, about } },
 *                                   or { name, fault }
 *     layout      framework, nodes, a list of { rank, node, variables } of the tasks: of
 *                 tasks, gpus,      the first and the last, or with `all` of each
 *                 cpus_per_task,
 *                 environment
 *     launcher_texts                { module = its text } of all launchers
 *     file        path              its text; with `in_path` of a script as sbatch looks
 *                                   for it, which may be in the PATH and no UTF-8
 *     texts       patterns          of each the files that match it: { path, text }, or
 *                                   { path, fault } of one that cannot be read
 *     hosts       lists, each       of each its hosts by name, "n1,n2,n2"; false
 *                 { text or path }  of a file that cannot be read
 *     person      user              { uid, groups } as this machine knows them
 *     members     groups            { group = its users }
 *     environment                   { name = value }: sbatch's, Slurm's and the plugin's
 *     lacking     needed, each      those of them that are not here
 *                 { path, type }    ("directory" or "file")
 *     unknown     users, groups     those that this machine does not know
 *     mounted     volumes           whether any of them is mounted here
 *     file_servers    volumes       what volume_question.h says of each
 *     configuration   slurm (what `scontrol show config` says), policy (the files of the
 *                 one in force)     what requirement.lua takes, but for slurmdbd
 *     settings                      { key = value } of all of settings.h
 *     start       path              { starts, why (it does not) } of a program
 *     fuse                          { kernel, device }: whether each has it
 *     plugstack   slurm (as above,  { plugins (Slurm's directories), own (where ours was
 *                 or nothing)       installed), path (of plugstack.conf), count (of lines
 *                                   that load the plugin; -1 with a fault), line (the
 *                                   first: file, number, required, plugin, fault) }
 *     paths       paths             { path = { is_there, fault (it cannot be known),
 *                                   is_readable, closed (a part that others cannot) } }
 *     plugin      path, plugins     what sbatch says that was made to load it
 *     client_ids                    whose one of the NFS clients' ids is: { kind, name,
 *                                   first, last, failure (to know) }; or false
 *     slurmd                        { has_plugin (nil: it cannot be seen) } of the one
 *                                   that runs here; or false
 *     keepers                       { count, first } of those that live here
 *     mentions    paths, word       those that have the word in them
 *     exported    variables         true: programs get these; false: not the name
 */
#ifndef ATELIER_COMMAND_SOURCE_H
#define ATELIER_COMMAND_SOURCE_H

#include "cli/command_host.h"

#include <jansson.h>

/* One of them. Returns what the caller owns; or NULL with `error` filled. */
typedef json_t *command_source(const struct command_context *context,
                               const json_t *question, struct error *error);

/* Answers `question`. Returns what the caller owns; or NULL with `error` filled. */
json_t *command_source_ask(const struct command_context *context, const json_t *question,
                           struct error *error);

/* Whether the answer belongs into a recording: it is of the site, and no file's text. */
bool command_source_is_recorded(const json_t *question);

#endif
