/* log.h: one structured line for the site, when there is something to say.
 *
 * "atelier: EVENT job=7 workspace=vision volume=results ms=12 error=\"...\"": keys in the
 * order of the record, values quoted when they hold anything but [A-Za-z0-9._:/@%+-]. A
 * line is one write(2), so that lines of several processes do not mix. It begins with the
 * time, "2026-11-29T15:43:41+0100 ", but not in syslog, which writes its own.
 */
#ifndef ATELIER_LOG_H
#define ATELIER_LOG_H

#include "lib/record.h"

/* Chooses the destination: "syslog" (facility daemon; what its daemon does not take
 * within 100 ms is lost), "stderr", or an absolute path. A file is opened for appending,
 * mode 0640, anew for each line: so one that was rotated away is left at once, and no
 * descriptor is kept. Without a call it is syslog. */
void log_open(const char *destination);

/* Writes one line, cut at 4 kB; `fields` may be NULL. Control characters become '?'.
 * Errors are ignored, since a full log must not stop a job. */
void log_line(const char *event, const struct record *fields);

#endif
