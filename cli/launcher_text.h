/* launcher_text.h: the texts of a site's launchers, for the engine to look at. */
#ifndef ATELIER_LAUNCHER_TEXT_H
#define ATELIER_LAUNCHER_TEXT_H

#include <jansson.h>

/* Returns the object { MODULE: text } of directory `launchers`, with what launchers share
 * as "support.NAME". The caller owns it. What cannot be read is not in it. */
json_t *launcher_texts(const char *launchers);

#endif
