/* client_protocol.h: what the keeper and an NFS client process say to each other.
 *
 * One client process per file server and job. The keeper starts it as root with one end
 * of a SOCK_SEQPACKET pair at descriptor CLIENT_SOCKET; every message is a record
 * (lib/message.h), and the client answers each one. When the socket closes, the client
 * ends at once. Its answers have protocol=CLIENT_PROTOCOL and its release (release.h),
 * and so has the request to connect: a client without that protocol is of no use.
 *
 *  0. request=locks     caller: the client's name to the file server's lock manager,
 *                       which no other client has. With it comes a descriptor of the
 *                       list of its locks: a struct client_lock for each owner that may
 *                       hold one, zeros where there is none. The request may be left
 *                       out, and has no answer.
 *
 *  1. request=connect   server, host, port, mount_port (0: ask the portmapper),
 *                       deadline_ms, uid, gid, groups (comma-separated gids, at most 16
 *                       go to the server), volumes (their number), and for each i from 0:
 *                       volume.i.name, volume.i.export, volume.i.read_only ("0" or "1"),
 *                       volume.i.probe ("1": write a file and remove it again).
 *                       version: 3 (also when absent); a server of version 4 is only
 *                       asked whether the service answers.
 *                       locks: "server" (also when absent): the file server keeps them,
 *                       by NLM; "node": the kernel does, among this node's processes.
 *                       These may be absent or empty, and then are as when the
 *                       policy does not say (lib/protocol/file_server.c, nfs/server.h):
 *                       connections (1 to 16), recovery ("hard": requests wait for ever
 *                       and can be killed; "soft": they fail with EIO after timeout_ms),
 *                       root_ms (tasks whose real uid is 0 wait no longer for the
 *                       server, also when recovery is hard),
 *                       attribute_cache_ms (for how long attributes and names hold; 0:
 *                       not at all, and writes wait for the server; absent: nfs/told.h).
 *                       inodes, prunes_not: for tests: how many inodes the kernel is
 *                       to remember at the most, and whether FUSE_NOTIFY_PRUNE is not to
 *                       be used for that (nfs/prune.h).
 *                       id: the user and group id that the client itself is to run with,
 *                       not 0; needed where it was started by root.
 *                       A descriptor of a procfs may come along (process_view.h); without
 *                       it, the client looks for its callers in /proc.
 *     To the server the client speaks as uid, gid and groups. It takes on id before it
 *     reads a byte of the server's, and keeps only the right to bind reserved ports. Then
 *     it connects from a reserved port and asks for every export and its root's
 *     attributes. This is the preflight too: nothing is mounted before it.
 *     Answer: state=ready, with part=CLIENT_PART_SERVICE when the client was not started
 *     by root and the server refused the rest to its unreserved port: it is known that
 *     the services answer and the export is listed, no more. Or state=failed with error
 *     (a sentence that names server, host and, where one is at fault, volume), party and
 *     volume (empty when the server itself is at fault), and the client ends.
 *
 *  2. request=serve     volume=i, with a descriptor of /dev/fuse that the keeper has
 *                       mounted.
 *     Answer: state=serving, when the kernel's first request has been answered (the
 *     keeper then sets the mount's read-ahead); or state=failed as above.
 *
 *  3. request=stop      after the keeper's unmount. The client has CLIENT_STOP_MS to
 *                       write out what it holds.
 *     Answer: state=stopped with, for each volume, volume.i.bytes_read,
 *     volume.i.bytes_written and volume.i.bytes_lost: bytes that the job wrote, that
 *     nobody was told have failed, and that are not known to be safe. Then the client
 *     ends.
 *
 * In place of connect, with the list of a client that is dead:
 *
 *     request=unlock      the server's keys of connect, and deadline_ms. The client gives
 *                         up the locks of the list at the file server, and strikes out
 *                         those that the server does not hold any more. Then it ends: its
 *                         answer is the list.
 *
 * NLM has a call for that, FREE_ALL, but servers (NFS-Ganesha, Linux) take it for all
 * clients at the caller's address: for all jobs of the node.
 *
 * Between two answers the client tells some things unasked. When its server does not
 * answer, and when it answers again:
 *
 *     tell=silent          since_ms: for how long it has not, CLIENT_SILENT_MS or more;
 *                          calls: how many wait. Told again every CLIENT_SILENT_MS.
 *     tell=answers
 *
 * Whenever it changes what the server has not made safe of files that no program has open
 * any more:
 *
 *     tell=unsafe          volume.i.bytes_unsafe of each volume, with what is lost.
 *
 * When the kernel remembers more inodes than it is to, and the client cannot ask it to
 * forget some (nfs/prune.h), until it has forgotten:
 *
 *     tell=crowd           volume: the one with most inodes; inodes: how many those are;
 *                          refused: how many requests on all volumes have failed with
 *                          ENFILE for that so far.
 *
 * The keeper then lets the kernel forget all names of that volume that nobody uses.
 *
 * Before it ends by itself, for a fault of the node's:
 *
 *     tell=ends            error: why, in words that name no server.
 *
 * request=ping may come at any time while the client serves. It answers tell=alive at its
 * next turn, whatever the server does. The keeper ends a client that is stopped, or that
 * leaves CLIENT_PINGS_MOST pings without an answer: its callers, slurmstepd perhaps among
 * them, get an error instead of waiting for ever.
 */
#ifndef ATELIER_CLIENT_PROTOCOL_H
#define ATELIER_CLIENT_PROTOCOL_H

#include "lib/agreed.h"

#include <stdint.h>

#define CLIENT_PROTOCOL "2"
#define CLIENT_VOLUMES_MAX PLAN_DECLARED_MAX
#define CLIENT_GROUPS_MAX 16 /* that go to the server: AUTH_SYS carries no more */
#define CLIENT_SOCKET 3
#define CLIENT_PART_SERVICE "service"
#define CLIENT_PREFLIGHT_MS 2000    /* the most that deadline_ms may be */
#define CLIENT_STOP_MS 1200         /* from stop to the answer */
#define CLIENT_SILENT_MS 10000      /* from a call to tell=silent */
#define CLIENT_PING_MS 2000         /* between two pings */
#define CLIENT_PINGS_MOST 6         /* that may go without an answer */
#define CLIENT_TRANSFER_MAX 1048576 /* bytes of one read or write; FUSE's max_read */
#define CLIENT_CALLER_SIZE 96       /* bytes of a caller, with the terminating NUL */
#define CLIENT_LOCKS_MOST 8192      /* owners in the list; later ones get no lock */
#define CLIENT_HANDLE_SIZE 64       /* NFSv3's longest */

/* An owner of locks on one file, as the lock manager knows it. */
struct client_lock {
    uint32_t svid;
    uint32_t handle_length; /* 0: the entry is free */
    char handle[CLIENT_HANDLE_SIZE];
};

#endif
