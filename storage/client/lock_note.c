/* lock_note.c: has the locks of dead NFS clients given up. */
#include "storage/client/lock_note.h"

#include "lib/deadline.h"
#include "lib/log.h"
#include "lib/message.h"
#include "lib/process.h"
#include "lib/protocol/client_message.h"
#include "storage/client/client_process.h"
#include "storage/trusted_directory.h"
#include "storage/run_directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIST "locks."
#define SERVER "server."
#define NAME_SIZE (sizeof(SERVER) + CLIENT_CALLER_SIZE)
#define FILE_MODE 0600
#define CLIENTS_MOST 16 /* at a time; further notes wait for the next one who asks */
#define LOCKS_AT_ONCE 64
#define DYING_MS 500

static const struct lock_note none = {.list = -1};

void lock_note_init(struct lock_note *note)
{
    *note = none;
}

static const char *name_of(char name[NAME_SIZE], const char *prefix, const char *caller)
{
    snprintf(name, NAME_SIZE, "%s%.*s", prefix, CLIENT_CALLER_SIZE - 1, caller);
    return name;
}

/* Writes a name that no client had before, not even one of the same job: to a server the
 * name is the client. */
static void name_caller(char caller[CLIENT_CALLER_SIZE], const struct facts *facts)
{
    unsigned random;

    if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
        random = (unsigned)getpid();
    snprintf(caller, CLIENT_CALLER_SIZE, "%.*s-%u-%08x", NAME_LENGTH_MAX, facts->node,
             facts->job, random);
}

static int write_server(int place, const char *caller, const struct record *server)
{
    static char text[RECORD_SIZE_MAX];
    char name[NAME_SIZE];
    long length = record_encode(server, text, sizeof(text));
    int fd = openat(place, name_of(name, SERVER, caller),
                    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    bool written = fd >= 0 && length > 0 && write(fd, text, (size_t)length) == length;

    if (fd >= 0)
        close(fd);
    return written ? 0 : -1;
}

/* Makes the list and locks it before it has a name, so that nobody takes it for a dead
 * client's. */
static int make_list(int place, const char *caller)
{
    char name[NAME_SIZE], link[TRUSTED_DIRECTORY_LINK_SIZE];
    int list = openat(place, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, FILE_MODE);

    if (list >= 0 && flock(list, LOCK_EX | LOCK_NB) == 0 &&
        linkat(AT_FDCWD, trusted_directory_link(list, link), place,
               name_of(name, LIST, caller), AT_SYMLINK_FOLLOW) == 0)
        return list;
    if (list >= 0)
        close(list);
    return -1;
}

int lock_note_begin(struct lock_note *note, const struct settings *settings,
                    const struct facts *facts, const struct record *server,
                    struct error *error)
{
    int place = run_directory_open_node(settings->run, facts->node);
    int status = -1;

    *note = (struct lock_note){.run = settings->run, .node = facts->node, .list = -1};
    name_caller(note->caller, facts);
    if (place >= 0)
        note->list = make_list(place, note->caller);
    if (note->list >= 0)
        status = write_server(place, note->caller, server);
    if (status < 0)
        error_set(error, ERROR_NODE, "cannot note the locks of a client in %s/%s: %s",
                  settings->run, facts->node, strerror(errno));
    if (place >= 0)
        close(place);
    return status;
}

void lock_note_send(const struct lock_note *note, int socket)
{
    struct deadline now = deadline_after(0);

    if (note->list >= 0)
        message_hand(socket, client_message_locks(note->caller), note->list, &now, NULL);
}

static unsigned count_locks(int list)
{
    struct client_lock locks[LOCKS_AT_ONCE];
    unsigned count = 0;
    off_t offset = 0;
    ssize_t length;

    while ((length = pread(list, locks, sizeof(locks), offset)) > 0) {
        for (size_t i = 0; i < (size_t)length / sizeof(locks[0]); i++)
            count += locks[i].handle_length > 0 &&
                     locks[i].handle_length <= CLIENT_HANDLE_SIZE;
        offset += length;
    }
    return count;
}

/* Removes the server's note before the list, by which it is found. */
static void remove_note(const struct lock_note *note)
{
    int place = run_directory_open_node(note->run, note->node);
    char name[NAME_SIZE];

    if (place < 0)
        return;
    unlinkat(place, name_of(name, SERVER, note->caller), 0);
    unlinkat(place, name_of(name, LIST, note->caller), 0);
    close(place);
}

void lock_note_end(struct lock_note *note)
{
    if (note->list < 0)
        return;
    if (count_locks(note->list) == 0)
        remove_note(note);
    close(note->list);
    *note = none;
}

/* A dead client, and the process that gives up its locks. */
struct successor {
    struct lock_note note;
    struct record *server;
    struct client_process client;
};

/* Returns 0 with the note's list locked; or -1 when its client still lives at the
 * deadline, or somebody else was faster. */
static int take_list(struct lock_note *note, int place, const struct deadline *deadline)
{
    char name[NAME_SIZE];
    struct stat status;

    note->list = openat(place, name_of(name, LIST, note->caller),
                        O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (note->list >= 0 && deadline_lock(note->list, LOCK_EX, deadline) == 0 &&
        fstat(note->list, &status) == 0 && status.st_nlink > 0)
        return 0;
    if (note->list >= 0)
        close(note->list);
    return -1;
}

static struct record *read_server(int place, const char *caller)
{
    static char text[RECORD_SIZE_MAX];
    char name[NAME_SIZE];
    int fd = openat(place, name_of(name, SERVER, caller),
                    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text));

    if (fd >= 0)
        close(fd);
    return length > 0 ? record_decode(text, (size_t)length) : NULL;
}

/* Starts the process that gives up the locks. Where the server's note is missing, the
 * keeper died before it asked the client for anything. */
static int start_successor(struct successor *successor, int place,
                           const struct settings *settings, const struct deadline *dead,
                           int milliseconds)
{
    struct lock_note *note = &successor->note;
    struct deadline now = deadline_after(0);

    client_process_init(&successor->client);
    if (take_list(note, place, dead) < 0)
        return -1;
    successor->server =
        count_locks(note->list) > 0 ? read_server(place, note->caller) : NULL;
    if (!successor->server) {
        if (ftruncate(note->list, 0) == 0)
            lock_note_end(note);
        return -1;
    }
    if (record_setf(successor->server, "deadline_ms", "%d", milliseconds) == 0 &&
        client_process_start(&successor->client, settings->nfs, NULL) == 0) {
        lock_note_send(note, successor->client.socket);
        message_send(successor->client.socket, successor->server, -1, &now, NULL);
    }
    return 0;
}

static void log_left(const struct successor *successor)
{
    struct record *line = record_create();
    unsigned left = count_locks(successor->note.list);

    if (line && left > 0 && record_set(line, "node", successor->note.node) == 0 &&
        record_set(line, "server", record_get(successor->server, "server")) == 0 &&
        record_set(line, "host", record_get(successor->server, "host")) == 0 &&
        record_set(line, "caller", successor->note.caller) == 0 &&
        record_setf(line, "locks", "%u", left) == 0)
        log_line("locks-left", line);
    record_destroy(line);
}

static void finish_successor(struct successor *successor, const struct deadline *deadline)
{
    program_wait(&successor->client.program, deadline);
    client_process_kill(&successor->client);
    log_left(successor);
    record_destroy(successor->server);
    lock_note_end(&successor->note);
}

static bool is_of(const char *caller, const char *node, unsigned job)
{
    char start[CLIENT_CALLER_SIZE];

    snprintf(start, sizeof(start), "%.*s-%u-", NAME_LENGTH_MAX, node, job);
    return strncmp(caller, start, strlen(start)) == 0;
}

static void clear(DIR *entries, const struct settings *settings, const char *node,
                  unsigned ended, int milliseconds)
{
    struct deadline deadline = deadline_after(milliseconds);
    struct deadline now = deadline_after(0), dying = deadline_after(DYING_MS);
    static struct successor successors[CLIENTS_MOST];
    const struct dirent *entry;
    size_t count = 0;

    while (count < CLIENTS_MOST && (entry = readdir(entries))) {
        struct lock_note *note = &successors[count].note;
        const char *caller = entry->d_name + strlen(LIST);

        if (strncmp(entry->d_name, LIST, strlen(LIST)) != 0 ||
            strlen(caller) >= sizeof(note->caller))
            continue;
        *note = (struct lock_note){.run = settings->run, .node = node};
        strcpy(note->caller, caller);
        count += start_successor(&successors[count], dirfd(entries), settings,
                                 is_of(caller, node, ended) ? &dying : &now,
                                 milliseconds) == 0;
    }
    for (size_t i = 0; i < count; i++)
        finish_successor(&successors[i], &deadline);
}

void lock_notes_clear(const struct settings *settings, const char *node, unsigned ended,
                      int milliseconds)
{
    int place = run_directory_open_node(settings->run, node);
    DIR *entries = place < 0 ? NULL : fdopendir(place);

    if (entries) {
        clear(entries, settings, node, ended, milliseconds);
        closedir(entries);
        run_directory_remove_node(settings->run, node);
    } else if (place >= 0)
        close(place);
}
