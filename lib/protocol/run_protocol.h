/* run_protocol.h: what `atelier run` and the processes that it starts say to each other.
 *
 * srun starts one program of ours for each rank. It connects to `atelier run` by TCP, at
 * the address that Slurm gives every task, and a port and a secret that come by the
 * environment. Lines of text, words parted by one space; all but the first of each side
 * begin with their tag (proof.h), so that neither side takes a stranger for the other:
 *
 *     from the rank                               to the rank
 *     hello NONCE                                 hello NONCE
 *                                                 TAG welcome
 *     TAG rank RANK NODE STEP ROLE LOG PROTOCOL RELEASE
 *                                                 TAG known
 *     TAG ready                                   TAG go     start the command
 *     TAG refuse SENTENCE...                      TAG end    SIGTERM, and soon SIGKILL
 *     TAG ended exit NUMBER
 *     TAG ended signal NUMBER
 *
 * PROTOCOL is RUN_PROTOCOL, and 1 where there are no such words. What stands above is the
 * same in each: so that `atelier run` can say which node is of another release.
 *
 * The rank speaks first, says who it is when it was welcomed, and comes again when it was
 * dropped before it is known. ROLE and LOG are "-" where the framework has no roles. A
 * rank whose connection ends ends its command: nothing outlives `atelier run`.
 */
#ifndef ATELIER_RUN_PROTOCOL_H
#define ATELIER_RUN_PROTOCOL_H

#define RUN_ADDRESS_VARIABLE "SLURM_LAUNCH_NODE_IPADDR"
#define RUN_PORT_VARIABLE "ATELIER_RUN_PORT"
#define RUN_RELEASE_VARIABLE "ATELIER_RUN_RELEASE" /* of `atelier run`, for sentences */
#define RUN_SECRET_VARIABLE "ATELIER_RUN_SECRET"
#define RUN_PROTOCOL "1"
/* The lines of one word. */
#define RUN_WELCOME "welcome"
#define RUN_KNOWN "known"
#define RUN_READY "ready"
#define RUN_GO "go"
#define RUN_END "end"

#define RUN_PURPOSE "atelier run" /* the purpose of the proofs (proof.h) */

#define RUN_LINE_SIZE 1024 /* bytes of a line, with its newline */
#define RUN_WORD_SIZE 72   /* bytes of a role, a log's name or a node's name, with NUL */

/* Each side notices within so many seconds that the other's node is gone. */
#define RUN_SILENCE_SECONDS 10

/* The time from SIGTERM to SIGKILL for a command that is to end. */
#define RUN_GRACE_MS 4000

/* Parameter servers wait for ever, so they are ended when all others have ended well. */
#define RUN_WAITING_ROLE "ps"

/* A worker may wait for ever for the chief, so it is given a time to end when the chief
 * has ended. */
#define RUN_CHIEF_ROLES "chief", "master"
#define RUN_LINGER_MS 10000 /* how long it is given when the chief ended well */

#endif
