/* launcher_layout.c: expands a layout's texts and gives them to Lua. */
#include "lib/launcher/launcher_layout.h"

#include "lib/lua/lua_field.h"
#include "lib/number.h"

#include <lua.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_text(const char *one, const char *other)
{
    return one && other ? strcmp(one, other) == 0 : one == other;
}

bool layout_has_lists_of(const struct layout *one, const struct layout *other)
{
    return is_text(one->reserved_ports, other->reserved_ports) &&
           is_text(one->tasks_per_node, other->tasks_per_node) &&
           is_text(one->nodes, other->nodes);
}

bool layout_is_same(const struct layout *one, const struct layout *other)
{
    return one->rank == other->rank && one->local_rank == other->local_rank &&
           one->node_rank == other->node_rank && one->tasks == other->tasks &&
           one->job == other->job && one->step == other->step &&
           one->by_place == other->by_place &&
           one->cpus_per_task == other->cpus_per_task && one->restart == other->restart &&
           one->gpus_on_node == other->gpus_on_node && is_text(one->node, other->node) &&
           is_text(one->gpus, other->gpus) && is_text(one->interface, other->interface) &&
           is_text(one->shared_directory, other->shared_directory) &&
           one->given == other->given && one->is_starter == other->is_starter &&
           layout_has_lists_of(one, other);
}

static void set_number(lua_State *state, const char *field, unsigned number)
{
    lua_pushinteger(state, number);
    lua_setfield(state, -2, field);
}

static void set_nodes(lua_State *state, const struct expanded_layout *expanded)
{
    lua_createtable(state, (int)expanded->nodes.count, 0);
    for (size_t i = 0; i < expanded->nodes.count; i++) {
        lua_pushstring(state, expanded->nodes.hosts[i]);
        lua_rawseti(state, -2, (lua_Integer)i + 1);
    }
    lua_setfield(state, -2, "nodes");
    lua_createtable(state, (int)expanded->nodes.count, 0);
    for (size_t i = 0; i < expanded->nodes.count; i++) {
        lua_pushinteger(state, expanded->tasks_per_node[i]);
        lua_rawseti(state, -2, (lua_Integer)i + 1);
    }
    lua_setfield(state, -2, "tasks_per_node");
}

static void set_ports(lua_State *state, const struct hostlist *ports)
{
    if (ports->count == 0)
        return;
    lua_createtable(state, (int)ports->count, 0);
    for (size_t i = 0; i < ports->count; i++) {
        lua_pushinteger(state, (lua_Integer)number_of(ports->hosts[i], UINT16_MAX));
        lua_rawseti(state, -2, (lua_Integer)i + 1);
    }
    lua_setfield(state, -2, "reserved_ports");
}

/* The launcher gets texts and no numbers, since a GPU may have a name: "0",
 * "GPU-6a1c...", "MIG-...". */
static void set_gpus(lua_State *state, const char *gpus)
{
    lua_Integer count = 0;

    if (!gpus || !*gpus)
        return;
    lua_newtable(state);
    for (;;) {
        size_t length = strcspn(gpus, ",");

        lua_pushlstring(state, gpus, length);
        lua_rawseti(state, -2, ++count);
        if (!gpus[length])
            break;
        gpus += length + 1;
    }
    lua_setfield(state, -2, "gpus");
}

/* Numbered by their places, every task can tell the rank of every other one: rank 0 is on
 * the first node. */
unsigned expanded_layout_rank(const struct expanded_layout *expanded)
{
    const struct layout *layout = expanded->layout;
    unsigned rank = layout->local_rank;

    if (!layout->by_place)
        return layout->rank;
    for (unsigned node = 0; node < layout->node_rank; node++)
        rank += expanded->tasks_per_node[node];
    return rank;
}

void expanded_layout_push_lists(lua_State *state, const struct expanded_layout *expanded)
{
    lua_newtable(state);
    set_nodes(state, expanded);
    set_ports(state, &expanded->ports);
}

static void take_lists(lua_State *state, int lists)
{
    static const char *const fields[] = {"nodes", "tasks_per_node", "reserved_ports"};

    lua_newtable(state);
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        lua_getfield(state, lists, fields[i]);
        lua_setfield(state, -2, fields[i]);
    }
}

void expanded_layout_push(lua_State *state, const struct expanded_layout *expanded,
                          int lists)
{
    const struct layout *layout = expanded->layout;

    if (expanded->borrowed && lua_istable(state, lists))
        take_lists(state, lists);
    else
        expanded_layout_push_lists(state, expanded);
    set_gpus(state, layout->gpus);
    set_number(state, "job", layout->job);
    set_number(state, "step", layout->step);
    set_number(state, "tasks", layout->tasks);
    set_number(state, "rank", expanded_layout_rank(expanded));
    set_number(state, "local_rank", layout->local_rank);
    set_number(state, "node_rank", layout->node_rank);
    set_number(state, "local_tasks", expanded->tasks_per_node[layout->node_rank]);
    set_number(state, "restart", layout->restart);
    if (layout->cpus_per_task > 0)
        set_number(state, "cpus_per_task", layout->cpus_per_task);
    if (layout->gpus_on_node > 0)
        set_number(state, "gpus_on_node", layout->gpus_on_node);
    lua_pushboolean(state, layout->is_starter);
    lua_setfield(state, -2, "starter");
    lua_field_text(state, "node", layout->node);
    lua_field_text(state, "interface", layout->interface);
    lua_field_text(state, "shared_directory", layout->shared_directory);
}

/* Slurm's text is a bare list of numbers. Put in brackets, it is a host list whose hosts
 * have no names before their numbers. */
static int expand_ports(struct expanded_layout *expanded, struct error *error)
{
    const char *text = expanded->layout->reserved_ports;
    char *bracketed;
    int status;

    if (!text || !*text)
        return 0;
    if (asprintf(&bracketed, *text == '[' ? "%s" : "[%s]", text) < 0)
        return error_set(error, ERROR_NODE, "out of memory for the reserved ports");
    status = hostlist_expand(&expanded->ports, bracketed, error);
    free(bracketed);
    return status;
}

static int check_place(const struct expanded_layout *expanded, size_t count,
                       struct error *error)
{
    if (count == expanded->nodes.count && expanded->layout->node_rank < count)
        return 0;
    return error_set(error, ERROR_NODE,
                     "Slurm's layout contradicts itself: %zu nodes, %zu counts of tasks, "
                     "node rank %u",
                     expanded->nodes.count, count, expanded->layout->node_rank);
}

int expanded_layout_read(struct expanded_layout *expanded, const struct layout *layout,
                         struct error *error)
{
    size_t count;

    *expanded = (struct expanded_layout){.layout = layout};
    if (hostlist_expand(&expanded->nodes, layout->nodes, error) < 0)
        return -1;
    expanded->tasks_per_node =
        hostlist_expand_counts(layout->tasks_per_node, &count, error);
    if (!expanded->tasks_per_node || expand_ports(expanded, error) < 0)
        return -1;
    return check_place(expanded, count, error);
}

int expanded_layout_borrow(struct expanded_layout *expanded,
                           const struct expanded_layout *owner,
                           const struct layout *layout, struct error *error)
{
    *expanded = *owner;
    expanded->layout = layout;
    expanded->borrowed = true;
    return check_place(expanded, expanded->nodes.count, error);
}

void expanded_layout_release(struct expanded_layout *expanded)
{
    if (!expanded->borrowed) {
        hostlist_release(&expanded->nodes);
        hostlist_release(&expanded->ports);
        free(expanded->tasks_per_node);
    }
    *expanded = (struct expanded_layout){.layout = NULL};
}
