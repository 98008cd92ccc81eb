/* resolve.h: the addresses of a node, within a deadline.
 *
 * getaddrinfo(3) waits for name servers as long as resolv.conf says, 20 s and more for
 * one that is dead. So a child asks, and is killed at the deadline. Rejected:
 * getaddrinfo_a(3), whose thread cannot be ended.
 */
#ifndef ATELIER_RESOLVE_H
#define ATELIER_RESOLVE_H

#include "lib/deadline.h"

#include <stddef.h>
#include <sys/socket.h>

#define RESOLVED_MAX 8 /* addresses kept; more are left out */
#define RESOLVE_CAUSE_SIZE 128

struct resolved {
    size_t count;
    struct resolved_address {
        struct sockaddr_storage address;
        socklen_t length;
    } addresses[RESOLVED_MAX];
};

/* Finds the TCP addresses of `port` on `node`. Returns 0; or -1 with the reason in
 * `cause`: "Name or service not known", "no answer from the name servers". */
int resolve(struct resolved *resolved, const char *node, unsigned port,
            const struct deadline *deadline, char cause[RESOLVE_CAUSE_SIZE]);

#define RESOLVED_TEXT_SIZE 64

/* Writes the address without its port, "10.77.0.11". */
void resolved_text(const struct resolved_address *address, char text[RESOLVED_TEXT_SIZE]);

#endif
