/* keeper_timer.c: how long the keeper takes, in microseconds.
 *
 *     keeper_timer COUNT SOCKET KEEPER WORD...
 *
 * COUNT times: `KEEPER start WORD...`, ten joins at SOCKET as a step makes them, and
 * `KEEPER stop WORD...`. Prints a line `start P50 P99`, and the same for join and stop.
 */
#include "lib/deadline.h"
#include "lib/message.h"

#include <errno.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define JOINS 10

extern char **environ;

static long microseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

static long run(char *words[], const char *command)
{
    long began = microseconds();
    int status;
    pid_t child;

    words[1] = (char *)command;
    if (posix_spawn(&child, words[0], NULL, NULL, words, environ) != 0 ||
        waitpid(child, &status, 0) < 0 || status != 0) {
        fprintf(stderr, "keeper_timer: %s %s failed\n", words[0], command);
        exit(1);
    }
    return microseconds() - began;
}

static int join(const char *path)
{
    struct deadline deadline = deadline_after(2000);
    struct record *request = record_create(), *answer;
    int namespace_fd;
    int socket = message_connect(path);

    if (socket < 0 || record_set(request, "request", "join") < 0 ||
        message_send(socket, request, -1, &deadline, NULL) < 0 ||
        message_receive(socket, &answer, &namespace_fd, &deadline, NULL) < 0 ||
        unshare(CLONE_FS) < 0 || setns(namespace_fd, CLONE_NEWNS) < 0)
        return -1;
    close(socket);
    record_destroy(answer);
    record_destroy(request);
    return 0;
}

/* In a child, which the join leaves in the job's namespace. */
static long time_join(const char *path)
{
    int ends[2];
    long took = -1;
    pid_t child;

    if (pipe(ends) < 0 || (child = fork()) < 0)
        exit(1);
    if (child == 0) {
        long began = microseconds();

        took = join(path) < 0 ? -1 : microseconds() - began;
        _exit(write(ends[1], &took, sizeof(took)) == sizeof(took) ? 0 : 1);
    }
    close(ends[1]);
    if (read(ends[0], &took, sizeof(took)) != sizeof(took) || took < 0) {
        fprintf(stderr, "keeper_timer: cannot join at %s: %s\n", path, strerror(errno));
        exit(1);
    }
    close(ends[0]);
    waitpid(child, NULL, 0);
    return took;
}

static int compare(const void *left, const void *right)
{
    long difference = *(const long *)left - *(const long *)right;

    return difference < 0 ? -1 : difference > 0;
}

static void print(const char *what, long *times, size_t count)
{
    qsort(times, count, sizeof(*times), compare);
    printf("%s %ld %ld\n", what, times[count / 2], times[count * 99 / 100]);
}

int main(int count, char *words[])
{
    size_t rounds = count > 4 ? strtoul(words[1], NULL, 10) : 0;
    long *starts = calloc(rounds + 1, sizeof(long)),
         *stops = calloc(rounds + 1, sizeof(long));
    long *joins = calloc(JOINS * rounds + 1, sizeof(long));

    if (rounds == 0 || !starts || !stops || !joins)
        return 2;
    for (size_t i = 0; i < rounds; i++) {
        char *line[64] = {words[3]};

        for (int j = 4; j < count && j < 60; j++)
            line[j - 2] = words[j];
        starts[i] = run(line, "start");
        for (size_t j = 0; j < JOINS; j++)
            joins[i * JOINS + j] = time_join(words[2]);
        stops[i] = run(line, "stop");
    }
    print("start", starts, rounds);
    print("join", joins, rounds * JOINS);
    print("stop", stops, rounds);
    return 0;
}
