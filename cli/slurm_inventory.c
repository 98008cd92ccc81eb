#include "slurm_inventory.h"

#include "slurm_command.h"

#define FIELDS_MAX 12
#define ARGUMENTS_MAX 12

struct list {
    const char *name;
    const char *argv[ARGUMENTS_MAX];
    const char *fields[FIELDS_MAX];
};

static const struct list names[] = {
    {"partitions", {"sinfo", "-h", "-a", "-o", "%R"}, {"name"}},
    {"qos", {"sacctmgr", "-nP", "show", "qos", "format=Name"}, {"name"}},
    {"accounts",
     {"sacctmgr", "-nP", "show", "account", "format=Account,Organization"},
     {"account", "organization"}},
};

static json_t *ask_all(const struct list *lists, size_t count, struct error *error)
{
    json_t *inventory = json_object();

    for (size_t i = 0; i < count; i++) {
        json_t *rows = slurm_command_rows(lists[i].argv, lists[i].fields, error);

        if (!rows) {
            json_decref(inventory);
            return NULL;
        }
        json_object_set_new(inventory, lists[i].name, rows);
    }
    return inventory;
}

json_t *slurm_inventory_names(struct error *error)
{
    return ask_all(names, sizeof(names) / sizeof(names[0]), error);
}
