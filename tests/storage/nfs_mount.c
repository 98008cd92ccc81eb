/* nfs_mount.c: runs a command with a volume that atelier-nfs mounts, as a keeper would.
 *
 *     nfs_mount HOST PORT MOUNT_PORT EXPORT DIRECTORY UID GID COMMAND [ARGUMENT...]
 *
 * The mount is in a namespace of its own; the command runs there as UID and GID, with
 * DIRECTORY as its working directory and the client's process id in CLIENT_PID. Exit
 * status: the command's; 125 when the client refused (its sentence is on standard error),
 * 126 for trouble of this program's own. Environment: ATELIER_NFS, the client;
 * CLIENT_ID (2100000007), its user id; DEADLINE_MS (5000); READ_ONLY (0); PROBE (0);
 * GIDS, a list of groups instead of GID alone; CONNECTIONS, RECOVERY, TIMEOUT_MS,
 * ROOT_MS, ATTRIBUTE_CACHE_MS (as in client_protocol.h); COMMAND_UID, to run the command
 * as somebody else than the job's user; INODES and PRUNES_NOT, as in client_protocol.h;
 * DEAF=1, not to do what the client asks of a keeper; ABANDON=1 ends this program right
 * after the command, without unmounting and stopping.
 */
#include "lib/message.h"
#include "lib/protocol/client_protocol.h"
#include "storage/client/kernel_names.h"
#include "storage/process_view.h"
#include "storage/volume/fuse_mount.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { HOST = 1, PORT, MOUNT_PORT, EXPORT, DIRECTORY, UID, GID, COMMAND };

#define REFUSED 125
#define TROUBLE 126
#define HEAR_MS 20

static void give_up(const char *what)
{
    fprintf(stderr, "nfs_mount: %s: %s\n", what, strerror(errno));
    exit(TROUBLE);
}

static const char *setting(const char *name, const char *otherwise)
{
    const char *value = getenv(name);

    return value && value[0] ? value : otherwise;
}

static pid_t start_client(int *keeper)
{
    const char *program = setting("ATELIER_NFS", PROGRAM_DIR "/atelier-nfs");
    int pair[2];
    pid_t child;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        give_up("socketpair");
    child = fork();
    if (child < 0)
        give_up("fork");
    if (child == 0) {
        if (pair[1] == CLIENT_SOCKET)
            fcntl(pair[1], F_SETFD, 0);
        else
            dup2(pair[1], CLIENT_SOCKET);
        execl(program, program, (char *)NULL);
        give_up(program);
    }
    close(pair[1]);
    *keeper = pair[0];
    return child;
}

/* Sends `request` and returns the answer, or exits with the client's sentence. */
static struct record *ask(int keeper, struct record *request, int fd)
{
    struct deadline deadline = deadline_after(30000);
    struct error error = {0};
    struct record *answer = NULL;

    if (message_send(keeper, request, fd, &deadline, &error) < 0) {
        fprintf(stderr, "nfs_mount: %s\n", error.text);
        exit(TROUBLE);
    }
    do { /* what it tells unasked of a server that hangs is passed over */
        record_destroy(answer);
        if (message_receive(keeper, &answer, NULL, &deadline, &error) < 0) {
            fprintf(stderr, "nfs_mount: %s\n", error.text);
            exit(TROUBLE);
        }
    } while (record_get(answer, "tell"));
    record_destroy(request);
    if (strcmp(record_get(answer, "state"), "failed") == 0) {
        fprintf(stderr, "%s [%s]\n", record_get(answer, "error"),
                record_get(answer, "party"));
        exit(REFUSED);
    }
    return answer;
}

static void connect_client(int keeper, char **words)
{
    struct record *request = record_create();
    int processes = process_view_open();

    record_set(request, "request", "connect");
    record_set(request, "id", setting("CLIENT_ID", "2100000007"));
    record_set(request, "server", "store");
    record_set(request, "host", words[HOST]);
    record_set(request, "port", words[PORT]);
    record_set(request, "mount_port", words[MOUNT_PORT]);
    record_set(request, "deadline_ms", setting("DEADLINE_MS", "5000"));
    record_set(request, "uid", words[UID]);
    record_set(request, "gid", words[GID]);
    record_set(request, "groups", setting("GIDS", words[GID]));
    record_set(request, "locks", setting("LOCKS", "server"));
    record_set(request, "connections", setting("CONNECTIONS", ""));
    record_set(request, "recovery", setting("RECOVERY", "hard"));
    record_set(request, "timeout_ms", setting("TIMEOUT_MS", ""));
    record_set(request, "root_ms", setting("ROOT_MS", ""));
    record_set(request, "attribute_cache_ms", setting("ATTRIBUTE_CACHE_MS", ""));
    if (getenv("INODES"))
        record_set(request, "inodes", getenv("INODES"));
    if (getenv("PRUNES_NOT"))
        record_set(request, "prunes_not", "1");
    record_set(request, "volumes", "1");
    record_set(request, "volume.0.name", "results");
    record_set(request, "volume.0.export", words[EXPORT]);
    record_set(request, "volume.0.read_only", setting("READ_ONLY", "0"));
    record_set(request, "volume.0.probe", setting("PROBE", "0"));
    record_destroy(ask(keeper, request, processes));
    close(processes);
}

static void mount_volume(int keeper, char **words)
{
    struct record *request = record_create();
    int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    char options[256];

    if (fd < 0)
        give_up("/dev/fuse");
    snprintf(options, sizeof(options),
             "fd=%d,rootmode=40000,user_id=%s,group_id=%s,allow_other,max_read=%d", fd,
             words[UID], words[GID], CLIENT_TRANSFER_MAX);
    if (mount("store", words[DIRECTORY], "fuse.atelier", MS_NOSUID | MS_NODEV, options) <
        0)
        give_up("mount");
    record_set(request, "request", "serve");
    record_set(request, "volume", "0");
    record_destroy(ask(keeper, request, fd));
    close(fd);
    fuse_mount_read_ahead(words[DIRECTORY]);
}

static void run_command(char **words, pid_t client)
{
    gid_t gid = (gid_t)strtoul(words[GID], NULL, 10);
    uid_t uid = (uid_t)strtoul(setting("COMMAND_UID", words[UID]), NULL, 10);
    char number[32];

    snprintf(number, sizeof(number), "%d", (int)client);
    setenv("CLIENT_PID", number, 1);
    if (setgroups(1, &gid) < 0 || setgid(gid) < 0 || setuid(uid) < 0 ||
        chdir(words[DIRECTORY]) < 0)
        give_up(words[DIRECTORY]);
    execvp(words[COMMAND], words + COMMAND);
    give_up(words[COMMAND]);
}

/* As the keeper does: lets the kernel forget when the client says so. */
static void hear(int keeper, const char *directory)
{
    struct deadline now = deadline_after(0);
    struct pollfd socket = {.fd = keeper, .events = POLLIN};
    struct record *word;
    const char *tell;

    if (poll(&socket, 1, HEAR_MS) != 1)
        return;
    if (message_receive(keeper, &word, NULL, &now, NULL) < 0) { /* the client is gone */
        usleep(HEAR_MS * 1000);
        return;
    }
    tell = record_get(word, "tell");
    if (tell && strcmp(tell, "crowd") == 0) {
        fprintf(stderr, "crowd: %s inodes, %s refused\n", record_get(word, "inodes"),
                record_get(word, "refused"));
        if (strcmp(setting("DEAF", "0"), "1") != 0 && kernel_names_forget(directory) < 0)
            perror("nfs_mount: kernel_names_forget");
    }
    record_destroy(word);
}

static int hear_until_end(pid_t child, int keeper, const char *directory)
{
    int status;

    while (waitpid(child, &status, WNOHANG) != child)
        hear(keeper, directory);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int wait_for(pid_t child)
{
    int status;

    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            give_up("waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int stop_client(int keeper, pid_t client)
{
    struct record *request = record_create();
    struct record *answer;

    record_set(request, "request", "stop");
    answer = ask(keeper, request, -1);
    fprintf(stderr, "stopped: read %s, written %s, lost %s\n",
            record_get(answer, "volume.0.bytes_read"),
            record_get(answer, "volume.0.bytes_written"),
            record_get(answer, "volume.0.bytes_lost"));
    record_destroy(answer);
    return wait_for(client);
}

int main(int count, char **words)
{
    int keeper, result;
    pid_t client, command;

    if (count <= COMMAND) {
        fprintf(stderr, "usage: nfs_mount HOST PORT MOUNT_PORT EXPORT DIRECTORY UID GID "
                        "COMMAND [ARGUMENT...]\n");
        return TROUBLE;
    }
    if (unshare(CLONE_NEWNS) < 0 || mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        give_up("unshare");
    client = start_client(&keeper);
    connect_client(keeper, words);
    mount_volume(keeper, words);
    command = fork();
    if (command == 0)
        run_command(words, client);
    result = hear_until_end(command, keeper, words[DIRECTORY]);
    if (strcmp(setting("ABANDON", "0"), "1") == 0)
        return result;
    if (umount2(words[DIRECTORY], 0) < 0 && umount2(words[DIRECTORY], MNT_DETACH) < 0)
        give_up("umount");
    if (stop_client(keeper, client) != 0)
        return TROUBLE;
    return result;
}
