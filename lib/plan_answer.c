#include "plan_answer.h"

#include "lua_environment.h"
#include "plan_reader.h"
#include "plan_volume.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

/* Two volumes of one name would be mounted over each other. */
static bool has_volume(const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->volume_count; i++)
        if (strcmp(plan->volumes[i].name, name) == 0)
            return true;
    return false;
}

static int read_volumes(const struct answer *answer, struct plan *plan)
{
    lua_State *state = answer->state;
    char where[32];
    struct answer part = {.state = state, .where = where, .error = answer->error};
    int type = lua_getfield(state, -1, "volumes");
    size_t count = type == LUA_TTABLE ? lua_rawlen(state, -1) : 0;

    if (type != LUA_TTABLE && type != LUA_TNIL)
        return plan_refuse(answer, "volumes", "is not an array");
    if (count > PLAN_VOLUMES_MAX)
        return plan_refuse(answer, "volumes", "are more than 64");
    for (; plan->volume_count < count; plan->volume_count++) {
        struct plan_volume *volume = &plan->volumes[plan->volume_count];

        snprintf(where, sizeof(where), "volume %zu", plan->volume_count + 1);
        lua_rawgeti(state, -1, (lua_Integer)plan->volume_count + 1);
        if (plan_read_volume(&part, volume) < 0)
            return -1;
        if (has_volume(plan, volume->name))
            return plan_refuse(&part, "name", "is that of an earlier volume");
        lua_pop(state, 1);
    }
    lua_pop(state, 1);
    return 0;
}

/* An empty list is refused: in struct plan it would mean that all are allowed. */
static int read_frameworks(const struct answer *answer, struct plan *plan)
{
    lua_State *state = answer->state;
    int type = lua_getfield(state, -1, "frameworks");
    size_t count = type == LUA_TTABLE ? lua_rawlen(state, -1) : 0;
    size_t used = 0;

    if (type != LUA_TNIL && count == 0)
        return plan_refuse(answer, "frameworks", "is not an array of names");
    for (size_t i = 1; i <= count; i++) {
        const char *name = lua_rawgeti(state, -1, (lua_Integer)i) == LUA_TSTRING
                               ? lua_tostring(state, -1)
                               : NULL;

        if (!name_is_valid(name))
            return plan_refuse(answer, "frameworks", "is not an array of names");
        if (used + strlen(name) + 2 > sizeof(plan->frameworks))
            return plan_refuse(answer, "frameworks", "is too long");
        used += (size_t)snprintf(plan->frameworks + used, sizeof(plan->frameworks) - used,
                                 "%s%s", i > 1 ? "," : "", name);
        lua_pop(state, 1);
    }
    lua_pop(state, 1);
    return 0;
}

static int read_environment(const struct answer *answer, struct plan *plan)
{
    int type = lua_getfield(answer->state, -1, "environment");

    if (type == LUA_TTABLE && lua_environment_read(answer->state, plan->environment, "",
                                                   "the policy", answer->error) < 0)
        return -1;
    if (type != LUA_TTABLE && type != LUA_TNIL)
        return plan_refuse(answer, "environment", "is not a table");
    lua_pop(answer->state, 1);
    return 0;
}

int plan_read_answer(lua_State *state, struct plan *plan, struct error *error)
{
    const struct answer answer = {.state = state, .where = "answer", .error = error};

    luaL_checkstack(state, LUA_MINSTACK, "for the plan");
    if (plan_read_name(&answer, "workspace", true, plan->workspace) < 0 ||
        plan_read_name(&answer, "experiment", false, plan->experiment) < 0 ||
        plan_read_name(&answer, "framework", false, plan->framework) < 0 ||
        read_frameworks(&answer, plan) < 0 || read_volumes(&answer, plan) < 0)
        return -1;
    return read_environment(&answer, plan);
}
