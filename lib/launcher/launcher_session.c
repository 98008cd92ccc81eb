/* launcher_session.c: asks a launcher for all tasks of a node before there are any. */
#include "lib/launcher/launcher_session.h"

#include "lib/deadline.h"
#include "lib/launcher/launcher_run.h"
#include "lib/lua/lua_host.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define COMMON_MAX 1024 /* bytes of a value */

struct launcher_answer {
    struct layout layout;
    struct record *environment;
};

struct launcher_session {
    struct lua_host *host; /* the launcher as it was loaded, or NULL */
    struct layout layout;  /* whose lists are expanded */
    struct expanded_layout lists;
    struct launcher_answer *answers;
    size_t count; /* of the answers */
    struct record *common;
};

/* What the thread is started with, and the session that it leaves. */
struct launcher_question {
    const struct launcher *launcher;
    const struct layout *layouts;
    size_t count;
    int milliseconds;
    struct launcher_session *session;
};

static struct lua_host *load(const struct launcher *launcher)
{
    static const struct lua_host_limits little = {.memory = 8 << 20, .milliseconds = 200};
    struct error ignored = {.party = ERROR_NONE};
    struct lua_host *host =
        launcher_run_load(launcher, true, &little, &ignored, &ignored);

    if (host && lua_host_call(host, 0, 1, &ignored) == 0)
        return host;
    lua_host_destroy(host);
    return NULL;
}

/* A site that lacks this module has no launcher that needs it, so that a failure is
 * ignored. */
static void load_settings(struct lua_host *host)
{
    struct error ignored = {.party = ERROR_NONE};

    if (lua_host_require(host, "support.settings", &ignored) == 0)
        lua_pop(lua_host_state(host), 1);
}

static int push_lists(lua_State *state)
{
    expanded_layout_push_lists(state, lua_touserdata(state, 1));
    return 1;
}

/* The tasks expand what is missing afterwards, and say why they cannot. */
static void expand_lists(struct launcher_session *session, const struct layout *layout)
{
    lua_State *state = lua_host_state(session->host);
    struct error ignored = {.party = ERROR_NONE};

    session->layout = *layout;
    if (expanded_layout_read(&session->lists, &session->layout, &ignored) == 0) {
        lua_pushcfunction(state, push_lists);
        lua_pushlightuserdata(state, &session->lists);
        if (lua_host_call(session->host, 1, 1, &ignored) == 0)
            return;
    } else {
        expanded_layout_release(&session->lists);
    }
    lua_pushnil(state);
}

static void unload(struct launcher_session *session)
{
    lua_host_destroy(session->host);
    session->host = NULL;
    expanded_layout_release(&session->lists);
}

/* A launcher that refuses a layout can be asked for the next one; one that failed may be
 * left half loaded. */
static int ask(struct launcher_session *session, const struct launcher *launcher,
               const struct layout *layout)
{
    struct launcher_answer *answer = &session->answers[session->count];
    struct error error = {.party = ERROR_NONE};

    answer->layout = *layout;
    if (launcher_environment(&answer->environment, launcher, layout, &error) == 0)
        session->count++;
    else if (error.party != ERROR_USER)
        return -1;
    return 0;
}

/* Asks for one task after the other. */
static void ask_all(struct launcher_session *session,
                    const struct launcher_question *question,
                    const struct deadline *deadline)
{
    struct launcher launcher = *question->launcher;

    launcher.session = session;
    for (size_t i = 0; i < question->count && !deadline_passed(deadline); i++)
        if (ask(session, &launcher, &question->layouts[i]) < 0) {
            unload(session);
            break;
        }
}

static bool is_common(const struct launcher_session *session, const char *key,
                      const char *value)
{
    for (size_t i = 1; i < session->count; i++) {
        const char *other = record_get(session->answers[i].environment, key);

        if (!other || strcmp(other, value) != 0)
            return false;
    }
    return true;
}

static bool begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Three kinds of variables are not common: a default depends on what else the task has; a
 * variable of ours may be set by each task itself, before the launcher has its word; and
 * a long value is too dear to be copied to all tasks in slurmstepd. */
static void find_common(struct launcher_session *session)
{
    const struct record *first = session->answers[0].environment;

    for (size_t i = 0; i < record_count(first); i++) {
        const char *key = record_key(first, i), *value = record_value(first, i);

        if (!begins(key, LAUNCHER_DEFAULT_PREFIX) && !begins(key, "ATELIER_") &&
            strlen(value) <= COMMON_MAX && is_common(session, key, value))
            record_set(session->common, key, value);
    }
}

/* Loads and asks the launcher; the function of the thread. */
static void *fill(void *data)
{
    struct launcher_question *question = data;
    const struct deadline deadline = deadline_after(question->milliseconds);
    struct launcher_session *session = calloc(1, sizeof(*session));

    if (!session || !(session->host = load(question->launcher))) {
        free(session);
        return NULL;
    }
    question->session = session;
    if (question->launcher->framework.settings[0])
        load_settings(session->host);
    expand_lists(session, question->layouts);
    session->answers = calloc(question->count, sizeof(*session->answers));
    session->common = record_create();
    if (session->answers && session->common)
        ask_all(session, question, &deadline);
    if (session->count == question->count) {
        find_common(session);
        unload(session);
    }
    if (session->host)
        lua_host_change(session->host, false, &launcher_limits);
    return NULL;
}

struct launcher_session *launcher_session_create(const struct launcher *launcher,
                                                 const struct layout *layouts,
                                                 size_t count, int milliseconds)
{
    struct launcher_question question = {.launcher = launcher,
                                         .layouts = layouts,
                                         .count = count,
                                         .milliseconds = milliseconds};
    pthread_t thread;

    if (count > 0 && pthread_create(&thread, NULL, fill, &question) == 0)
        pthread_join(thread, NULL);
    return question.session;
}

void launcher_session_destroy(struct launcher_session *session)
{
    if (!session)
        return;
    unload(session);
    for (size_t i = 0; i < session->count; i++)
        record_destroy(session->answers[i].environment);
    free(session->answers);
    record_destroy(session->common);
    free(session);
}

bool launcher_session_has_answer(const struct launcher_session *session)
{
    return session && session->count > 0;
}

const struct record *launcher_session_common(const struct launcher_session *session)
{
    return session ? session->common : NULL;
}

const struct record *launcher_session_environment(const struct launcher_session *session,
                                                  const struct layout *layout)
{
    for (size_t i = 0; session && i < session->count; i++)
        if (layout_is_same(&session->answers[i].layout, layout))
            return session->answers[i].environment;
    return NULL;
}

struct lua_host *launcher_session_host(const struct launcher_session *session)
{
    return session ? session->host : NULL;
}

int launcher_session_expand(const struct launcher_session *session,
                            struct expanded_layout *expanded, const struct layout *layout,
                            struct error *error)
{
    if (session && session->lists.layout && layout_has_lists_of(layout, &session->layout))
        return expanded_layout_borrow(expanded, &session->lists, layout, error);
    return expanded_layout_read(expanded, layout, error);
}
