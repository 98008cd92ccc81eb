/* plan_answer.c: reads the engine's answer into a struct plan. */
#include "lib/policy/plan_answer.h"

#include "lib/lua/lua_environment.h"
#include "lib/option/mount_list.h"
#include "lib/policy/plan_reader.h"
#include "lib/policy/plan_volume.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

/* Returns whether a volume of that name is there: two of one name would be mounted over
 * each other. */
static bool has_volume(const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->volume_count; i++)
        if (strcmp(plan->volumes[i].name, name) == 0)
            return true;
    return false;
}

static int refuse_count(const struct plan_reader *answer, const char *field)
{
    char reason[32];

    snprintf(reason, sizeof(reason), "are more than %d", PLAN_DECLARED_MAX);
    return plan_reader_refuse(answer, field, reason);
}

static int read_volumes(const struct plan_reader *answer, struct plan *plan)
{
    lua_State *state = answer->state;
    char where[32];
    struct plan_reader part = {.state = state, .where = where, .error = answer->error};
    int type = lua_getfield(state, -1, "volumes");
    size_t count = type == LUA_TTABLE ? lua_rawlen(state, -1) : 0;

    if (type != LUA_TTABLE && type != LUA_TNIL)
        return plan_reader_refuse(answer, "volumes", "is not an array");
    if (count > PLAN_DECLARED_MAX)
        return refuse_count(answer, "volumes");
    for (; plan->volume_count < count; plan->volume_count++) {
        struct plan_volume *volume = &plan->volumes[plan->volume_count];

        snprintf(where, sizeof(where), "volume %zu", plan->volume_count + 1);
        lua_rawgeti(state, -1, (lua_Integer)plan->volume_count + 1);
        if (plan_volume_read(&part, volume) < 0)
            return -1;
        if (has_volume(plan, volume->name))
            return plan_reader_refuse(&part, "name", "is that of an earlier volume");
        lua_pop(state, 1);
    }
    lua_pop(state, 1);
    return 0;
}

static int read_path(const struct plan_reader *answer, const char *field, char *path)
{
    if (plan_reader_text(answer, field, path, PLAN_PATH_SIZE) < 0)
        return -1;
    return !*path || mount_list_is_path(path)
               ? 0
               : plan_reader_refuse(answer, field, "is not a path below a volume");
}

static int read_index(const struct plan_reader *answer, const struct plan *plan,
                      unsigned *volume)
{
    char name[NAME_LENGTH_MAX + 1];

    if (plan_reader_name(answer, "volume", true, name) < 0)
        return -1;
    *volume = 0;
    while (*volume < plan->volume_count && strcmp(plan->volumes[*volume].name, name) != 0)
        ++*volume;
    return *volume < plan->volume_count
               ? 0
               : plan_reader_refuse(answer, "volume", "is no volume of the job");
}

static const struct field mount_mode = {"mode",
                                        FIELD_CHOICE,
                                        FIELD_AT(struct plan_mount, read_only),
                                        .is_required = true,
                                        .words = VOLUME_MODES,
                                        .chosen = "ro"};

/* Refuses a mount that would hide something else, or leave the bounds that the policy
 * set. */
static int check_mount(const struct plan_reader *answer, const struct plan *plan,
                       const struct plan_mount *mount)
{
    for (size_t i = 0; i < plan->mount_count; i++)
        if (strcmp(plan->mounts[i].name, mount->name) == 0)
            return plan_reader_refuse(answer, "name", "is that of an earlier mount");
    if (has_volume(plan, mount->name))
        return plan_reader_refuse(answer, "name", "is that of a volume");
    if (plan->volumes[mount->volume].parts_only && !*mount->boundary)
        return plan_reader_refuse(answer, "boundary", "is missing");
    return 0;
}

static int read_mount(const struct plan_reader *answer, const struct plan *plan,
                      struct plan_mount *mount)
{
    if (!lua_istable(answer->state, -1))
        return error_set(answer->error, ERROR_SITE, "the policy's %s is not a table",
                         answer->where);
    if (plan_reader_name(answer, "name", true, mount->name) < 0 ||
        read_index(answer, plan, &mount->volume) < 0 ||
        read_path(answer, "boundary", mount->boundary) < 0 ||
        read_path(answer, "below", mount->subdirectory) < 0 ||
        plan_reader_field(answer, &mount_mode, mount) < 0)
        return -1;
    mount->read_only |= plan->volumes[mount->volume].read_only;
    return check_mount(answer, plan, mount);
}

static int read_mounts(const struct plan_reader *answer, struct plan *plan)
{
    lua_State *state = answer->state;
    char where[32];
    struct plan_reader part = {.state = state, .where = where, .error = answer->error};
    int type = lua_getfield(state, -1, "mounts");
    size_t count = type == LUA_TTABLE ? lua_rawlen(state, -1) : 0;

    if (type != LUA_TTABLE && type != LUA_TNIL)
        return plan_reader_refuse(answer, "mounts", "is not an array");
    if (count > PLAN_DECLARED_MAX)
        return refuse_count(answer, "mounts");
    for (; plan->mount_count < count; plan->mount_count++) {
        snprintf(where, sizeof(where), "mount %zu", plan->mount_count + 1);
        lua_rawgeti(state, -1, (lua_Integer)plan->mount_count + 1);
        if (read_mount(&part, plan, &plan->mounts[plan->mount_count]) < 0)
            return -1;
        lua_pop(state, 1);
    }
    lua_pop(state, 1);
    return 0;
}

static int read_shared(const struct plan_reader *answer, struct plan *plan)
{
    struct plan_shared *shared = &plan->shared_job_temp;
    const struct plan_reader part = {answer->state, "shared_job_temp", answer->error};
    int type = lua_getfield(answer->state, -1, "shared_job_temp");

    if (type != LUA_TTABLE && type != LUA_TNIL)
        return plan_reader_refuse(answer, "shared_job_temp", "is not a table");
    shared->is_wanted = type == LUA_TTABLE;
    if (shared->is_wanted && (read_index(&part, plan, &shared->volume) < 0 ||
                              read_path(&part, "below", shared->below) < 0))
        return -1;
    if (shared->is_wanted && plan->volumes[shared->volume].read_only)
        return plan_reader_refuse(answer, "shared_job_temp", "is on a read-only volume");
    lua_pop(answer->state, 1);
    return 0;
}

/* Reads the allowed frameworks. An empty list is refused, since in struct plan it would
 * mean that all are allowed. */
static int read_frameworks(const struct plan_reader *answer, struct plan *plan)
{
    lua_State *state = answer->state;
    int type = lua_getfield(state, -1, "frameworks");
    size_t count = type == LUA_TTABLE ? lua_rawlen(state, -1) : 0;
    size_t used = 0;

    if (type != LUA_TNIL && count == 0)
        return plan_reader_refuse(answer, "frameworks", "is not an array of names");
    for (size_t i = 1; i <= count; i++) {
        const char *name = lua_rawgeti(state, -1, (lua_Integer)i) == LUA_TSTRING
                               ? lua_tostring(state, -1)
                               : NULL;

        if (!name_is_valid(name))
            return plan_reader_refuse(answer, "frameworks", "is not an array of names");
        if (used + strlen(name) + 2 > sizeof(plan->frameworks))
            return plan_reader_refuse(answer, "frameworks", "is too long");
        used += (size_t)snprintf(plan->frameworks + used, sizeof(plan->frameworks) - used,
                                 "%s%s", i > 1 ? "," : "", name);
        lua_pop(state, 1);
    }
    lua_pop(state, 1);
    return 0;
}

static int read_environment(const struct plan_reader *answer, struct plan *plan)
{
    int type = lua_getfield(answer->state, -1, "environment");

    if (type == LUA_TTABLE && lua_environment_read(answer->state, plan->environment, "",
                                                   "the policy", answer->error) < 0)
        return -1;
    if (type != LUA_TTABLE && type != LUA_TNIL)
        return plan_reader_refuse(answer, "environment", "is not a table");
    lua_pop(answer->state, 1);
    return 0;
}

int plan_answer_read(lua_State *state, struct plan *plan, struct error *error)
{
    const struct plan_reader answer = {.state = state, .where = "answer", .error = error};

    luaL_checkstack(state, LUA_MINSTACK, "for the plan");
    if (plan_reader_name(&answer, "workspace", true, plan->workspace) < 0 ||
        plan_reader_name(&answer, "experiment", false, plan->experiment) < 0 ||
        plan_reader_name(&answer, "framework", false, plan->framework) < 0 ||
        plan_reader_name(&answer, "compat", false, plan->compat) < 0 ||
        plan_reader_text(&answer, "framework_settings", plan->framework_settings,
                         sizeof(plan->framework_settings)) < 0 ||
        plan_reader_text(&answer, "mount", plan->mount, sizeof(plan->mount)) < 0 ||
        read_frameworks(&answer, plan) < 0 || read_volumes(&answer, plan) < 0 ||
        read_mounts(&answer, plan) < 0 || read_shared(&answer, plan) < 0 ||
        plan_reader_path(&answer, "job_temp", false, plan->job_temp,
                         sizeof(plan->job_temp)) < 0)
        return -1;
    return read_environment(&answer, plan);
}
