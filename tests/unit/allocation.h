/* allocation.h: makes one allocation fail.
 *
 * The linker sends a program's allocations through allocation.c, by --wrap of malloc,
 * calloc, realloc, strdup and strndup: all five, in each program that has it.
 */
#ifndef ATELIER_TEST_ALLOCATION_H
#define ATELIER_TEST_ALLOCATION_H

/* The number of the allocation that fails, counted from here on; 0: none does. */
extern unsigned allocation_countdown;

#endif
