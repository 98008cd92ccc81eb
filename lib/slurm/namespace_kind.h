/* namespace_kind.h: which plugin of Slurm's makes a mount namespace for each job, as
 * slurm.conf says: JobContainerType, and from 25.11 on NamespaceType.
 */
#ifndef ATELIER_NAMESPACE_KIND_H
#define ATELIER_NAMESPACE_KIND_H

#include <stdbool.h>
#include <stdio.h>

#define NAMESPACE_SETTING_SIZE 128 /* bytes, with the terminating NUL */

/* Reads `conf`, the text of slurm.conf, for a kind that is not one of NAMESPACE_KINDS
 * (agreed.lua). Returns whether it has one, as `setting`: "NamespaceType=namespace/own".
 */
bool namespace_kind_find(FILE *conf, char setting[NAMESPACE_SETTING_SIZE]);

/* The same of this machine's slurm.conf, but for what that includes; a machine without
 * one has none. */
bool namespace_kind_look(char setting[NAMESPACE_SETTING_SIZE]);

#endif
