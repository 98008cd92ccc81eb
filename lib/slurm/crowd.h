/* crowd.h: the nodes of a job that have the same to ask of slurmctld in the same moment.
 */
#ifndef ATELIER_CROWD_H
#define ATELIER_CROWD_H

/* How many milliseconds one of `nodes` is to hold back, by chance: none of a few, and 2 s
 * at the most, so that about one a millisecond speaks. */
int crowd_pause(unsigned long nodes);

#endif
