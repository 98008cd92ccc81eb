/* random_pause.h: many nodes of a job that ask slurmctld the same at the same moment. */
#ifndef ATELIER_RANDOM_PAUSE_H
#define ATELIER_RANDOM_PAUSE_H

/* Returns for how many milliseconds one of `nodes` is to hold back, by chance: 0 where
 * they are few, and 2 s at the most, so that about one node a millisecond asks. */
int random_pause(unsigned long nodes);

#endif
