/* doctor_fact.h: what `atelier doctor` asks of this machine: facts, which its modules in
 * Lua judge (command_source.h has how each is asked and answers).
 */
#ifndef ATELIER_DOCTOR_FACT_H
#define ATELIER_DOCTOR_FACT_H

#include "cli/command_source.h"

command_source doctor_fact_settings;
command_source doctor_fact_start;
command_source doctor_fact_fuse;
command_source doctor_fact_mounts;
command_source doctor_fact_plugstack;
command_source doctor_fact_paths;
command_source doctor_fact_plugin;
command_source doctor_fact_client_ids;
command_source doctor_fact_mpi;
command_source doctor_fact_keepers;
command_source doctor_fact_mentions;
command_source doctor_fact_exported;

#endif
