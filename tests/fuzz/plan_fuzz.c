/* plan_fuzz.c: what the policy's engine answers, from a Lua table to a plan.
 *
 * The bytes are steps that build the table: a field of one of the names that are read,
 * with any value, or a table to go on in.
 */
#include "tests/fuzz/fuzz.h"

#include "lib/option/mount_list.h"
#include "lib/policy/plan_answer.h"

#include <lauxlib.h>

#define DEPTH_MAX 6

static const char *const names[] = {"attribute_cache",
                                    "below",
                                    "boundary",
                                    "cache",
                                    "command",
                                    "config",
                                    "connections",
                                    "credentials",
                                    "deadline",
                                    "driver",
                                    "environment",
                                    "experiment",
                                    "export",
                                    "framework",
                                    "frameworks",
                                    "host",
                                    "kind",
                                    "locks",
                                    "mode",
                                    "mount_port",
                                    "mounts",
                                    "name",
                                    "on_failure",
                                    "path",
                                    "place",
                                    "port",
                                    "probe",
                                    "recovery",
                                    "server",
                                    "size",
                                    "source",
                                    "subdirectories",
                                    "timeout",
                                    "version",
                                    "volume",
                                    "volumes",
                                    "workspace"};
static const char *const values[] = {
    "nfs",   "bind",    "local", "glusterfs", "cifs",    "lustre", "rclone", "command",
    "ro",    "rw",      "auto",  "kernel",    "libnfs",  "soft",   "hard",   "node",
    "write", "requeue", "fail",  "/data",     "results", "16g",    "tmpfs",  "server"};

struct steps {
    struct fuzz_bytes bytes;
    struct plan *plan;
    struct error *error;
};

static void push_name(lua_State *state, struct fuzz_bytes *bytes)
{
    lua_pushstring(state, names[fuzz_byte(bytes) % (sizeof(names) / sizeof(names[0]))]);
}

static void push_bytes(lua_State *state, struct fuzz_bytes *bytes)
{
    const uint8_t *text;
    size_t size = fuzz_take(bytes, &text, fuzz_byte(bytes) * 5);

    lua_pushlstring(state, size ? (const char *)text : "", size);
}

static void push_number(lua_State *state, struct fuzz_bytes *bytes)
{
    const uint8_t *raw;
    double number = 0;
    size_t size = fuzz_take(bytes, &raw, sizeof(number));

    if (size > 0)
        memcpy(&number, raw, size);
    lua_pushnumber(state, number);
}

/* Pushes a value; returns whether it is a table to go on in. */
static int push_value(lua_State *state, struct fuzz_bytes *bytes, unsigned kind)
{
    switch (kind) {
    case 0:
        push_bytes(state, bytes);
        return 0;
    case 1:
        push_number(state, bytes);
        return 0;
    case 2:
        lua_pushinteger(state, fuzz_word(bytes));
        return 0;
    case 3:
        lua_pushboolean(state, (int)fuzz_byte(bytes) & 1);
        return 0;
    case 4:
        lua_pushstring(state,
                       values[fuzz_byte(bytes) % (sizeof(values) / sizeof(values[0]))]);
        return 0;
    default:
        lua_newtable(state);
        return 1;
    }
}

/* One step in the table at the top; returns how much deeper the stack is then. */
static int step(lua_State *state, struct fuzz_bytes *bytes, int depth)
{
    unsigned what = fuzz_byte(bytes);
    int table;

    if (what % 8 == 7 && depth > 0) {
        lua_pop(state, 1);
        return -1;
    }
    if (what & 8)
        lua_pushinteger(state, (lua_Integer)lua_rawlen(state, -1) + 1);
    else
        push_name(state, bytes);
    table = push_value(state, bytes, depth < DEPTH_MAX ? what % 8 : what % 5);
    lua_pushvalue(state, -2);
    lua_pushvalue(state, -2);
    lua_rawset(state, -5);
    lua_remove(state, -2);
    if (table)
        return 1;
    lua_pop(state, 1);
    return 0;
}

static int build_and_read(lua_State *state)
{
    struct steps *steps = lua_touserdata(state, 1);
    int depth = 0;

    luaL_checkstack(state, 64, "no stack");
    lua_newtable(state);
    lua_pushliteral(state, "vision"); /* without it nothing else is looked at */
    lua_setfield(state, -2, "workspace");
    while (steps->bytes.left > 0)
        depth += step(state, &steps->bytes, depth);
    lua_pop(state, depth);
    lua_pushinteger(state, plan_answer_read(state, steps->plan, steps->error));
    return 1;
}

static const char *name_at(const struct plan *plan, size_t i)
{
    return i < plan->volume_count ? plan->volumes[i].name
                                  : plan->mounts[i - plan->volume_count].name;
}

/* They are all below one directory. */
static void check_names(const struct plan *plan)
{
    size_t count = plan->volume_count + plan->mount_count;

    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            FUZZ_REQUIRE(strcmp(name_at(plan, i), name_at(plan, j)) != 0);
}

/* What root would mount must be what the readers promise. */
static void check(const struct plan *plan)
{
    FUZZ_REQUIRE(plan->volume_count <= PLAN_VOLUMES_MAX);
    FUZZ_REQUIRE(plan->mount_count <= PLAN_MOUNTS_MAX);
    check_names(plan);
    for (size_t i = 0; i < plan->volume_count; i++) {
        const struct plan_volume *volume = &plan->volumes[i];

        FUZZ_REQUIRE(name_is_valid(volume->name));
        FUZZ_REQUIRE(!volume->place[0] || volume->place[0] == '/');
        FUZZ_REQUIRE(!strchr(volume->export_path, '\n') &&
                     !strchr(volume->server.host, '\n'));
        FUZZ_REQUIRE(volume->deadline_ms > 0);
    }
    for (size_t i = 0; i < plan->mount_count; i++) {
        const struct plan_mount *mount = &plan->mounts[i];

        FUZZ_REQUIRE(name_is_valid(mount->name) && mount->volume < plan->volume_count);
        FUZZ_REQUIRE(!mount->boundary[0] || mount_list_is_path(mount->boundary));
        FUZZ_REQUIRE(!mount->subdirectory[0] || mount_list_is_path(mount->subdirectory));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = {0};
    struct plan *plan = calloc(1, sizeof(*plan));
    struct steps steps = {{data, size}, plan, &error};
    lua_State *state = luaL_newstate();

    FUZZ_REQUIRE(plan && state);
    plan->environment = record_create();
    lua_pushcfunction(state, build_and_read);
    lua_pushlightuserdata(state, &steps);
    if (lua_pcall(state, 1, 1, 0) == LUA_OK) {
        if (lua_tointeger(state, -1) == 0)
            check(plan);
        else
            FUZZ_REQUIRE(error.text[0] && !strchr(error.text, '\n'));
    }
    lua_close(state);
    plan_destroy(plan);
    return 0;
}
