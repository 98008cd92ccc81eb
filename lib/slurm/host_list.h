/* host_list.h: the hosts of --nodelist, --nodefile and SLURM_HOSTFILE, each by its name,
 * as often as it is there: "n1,n2,n2".
 */
#ifndef ATELIER_HOST_LIST_H
#define ATELIER_HOST_LIST_H

/* Those of a list, "n[1-2],n2", malloc'ed: the text itself where it is none that can be
 * expanded, NULL where memory is short. */
char *host_list_expand(const char *text);

/* Those of a file as sbatch reads it, a line a host or a list of them, "n2*3" for three:
 * malloc'ed, NULL where it cannot be read. */
char *host_list_read(const char *path);

#endif
