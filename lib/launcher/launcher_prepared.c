/* launcher_prepared.c: keeps the launcher that was loaded ahead of the tasks. */
#include "lib/launcher/launcher_prepared.h"

#include "lib/launcher/launcher_load.h"

#include <string.h>

static struct {
    char launchers[LAUNCHER_PATH_SIZE], name[NAME_LENGTH_MAX + 1];
    struct lua_host *host;
    struct layout layout;
    struct expanded_layout lists; /* of the layout */
} prepared;

static struct lua_host *load(const char *launchers, const char *name)
{
    static const struct lua_host_limits little = {.memory = 8 << 20, .milliseconds = 200};
    struct error ignored = {.party = ERROR_NONE};
    struct lua_host *host =
        launcher_load(launchers, name, true, &little, &ignored, &ignored);

    if (host && lua_host_call(host, 0, 1, &ignored) == 0)
        return host;
    lua_host_destroy(host);
    return NULL;
}

/* A site without this module needs none. */
static void load_settings(void)
{
    struct error ignored = {.party = ERROR_NONE};

    if (lua_host_require(prepared.host, "support.settings", &ignored) == 0)
        lua_pop(lua_host_state(prepared.host), 1);
}

static int push_lists(lua_State *state)
{
    expanded_layout_push_lists(state, lua_touserdata(state, 1));
    return 1;
}

/* What is missing afterwards is expanded by the tasks, which say why they cannot. */
static void keep_lists(const struct layout *layout)
{
    lua_State *state = lua_host_state(prepared.host);
    struct error error = {.party = ERROR_NONE};

    prepared.layout = *layout;
    if (expanded_layout_read(&prepared.lists, &prepared.layout, &error) == 0) {
        lua_pushcfunction(state, push_lists);
        lua_pushlightuserdata(state, &prepared.lists);
        if (lua_host_call(prepared.host, 1, 1, &error) == 0)
            return;
    } else {
        expanded_layout_release(&prepared.lists);
    }
    lua_pushnil(state);
}

int launcher_prepared_load(const char *launchers, const struct framework *framework,
                           const struct layout *layout)
{
    if (strlen(launchers) >= sizeof(prepared.launchers))
        return -1;
    prepared.host = load(launchers, framework->name);
    if (!prepared.host)
        return -1;
    strcpy(prepared.launchers, launchers);
    strcpy(prepared.name, framework->name);
    if (framework->settings[0])
        load_settings();
    keep_lists(layout);
    return 0;
}

void launcher_prepared_hand_over(const struct lua_host_limits *limits)
{
    if (prepared.host)
        lua_host_change(prepared.host, false, limits);
}

void launcher_prepared_drop(void)
{
    lua_host_destroy(prepared.host);
    expanded_layout_release(&prepared.lists);
    memset(&prepared, 0, sizeof(prepared));
}

struct lua_host *launcher_prepared(const char *launchers, const char *name)
{
    return prepared.host && strcmp(prepared.name, name) == 0 &&
                   strcmp(prepared.launchers, launchers) == 0
               ? prepared.host
               : NULL;
}

int launcher_prepared_expand(struct expanded_layout *expanded,
                             const struct layout *layout, struct error *error)
{
    if (prepared.lists.layout && layout_has_lists_of(layout, &prepared.layout))
        return expanded_layout_borrow(expanded, &prepared.lists, layout, error);
    return expanded_layout_read(expanded, layout, error);
}
