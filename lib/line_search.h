/* line_search.h: what stands in a file of the system's, such as /proc/filesystems. */
#ifndef ATELIER_LINE_SEARCH_H
#define ATELIER_LINE_SEARCH_H

#include <stdbool.h>

/* Returns whether a line of the file has `word` in it, which may include its newline. A
 * file that cannot be read has none. */
bool line_search(const char *path, const char *word);

#endif
