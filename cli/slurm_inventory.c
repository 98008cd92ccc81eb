#include "slurm_inventory.h"

#include "slurm_command.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_SIZE 256
#define WORDS_MAX 12
#define FIELDS_MAX 12

/* Stands for "cluster=NAME" in an argv. */
static const char cluster_word[] = "cluster=";

struct list {
    const char *name;
    const char *argv[WORDS_MAX];
    const char *fields[FIELDS_MAX];
};

static const struct list named[] = {
    {"partitions", {"sinfo", "-h", "-a", "-o", "%R"}, {"name"}},
    {"qos", {"sacctmgr", "-nP", "show", "qos", "format=Name"}, {"name"}},
    {"accounts",
     {"sacctmgr", "-nP", "show", "account", "format=Account,Organization"},
     {"account", "organization"}},
};

static const struct list accounting[] = {
    {"accounts",
     {"sacctmgr", "-nP", "show", "account", "withcoordinator",
      "format=Account,Organization,Coordinators,Description"},
     {"account", "organization", "coordinators", "description"}},
    {"associations",
     {"sacctmgr", "-nP", "show", "associations", cluster_word, "wopl",
      "format=Account,User,Partition,ParentName,GrpTRES,GrpTRESMins,GrpJobs,GrpSubmit,"
      "MaxWall,QOS"},
     {"account", "user", "partition", "parent", "grp_tres", "grp_tres_mins", "grp_jobs",
      "grp_submit", "max_wall", "qos"}},
    {"users",
     {"sacctmgr", "-nP", "show", "user", cluster_word, "format=User,DefaultAccount"},
     {"user", "default_account"}},
    {"qos", {"sacctmgr", "-nP", "show", "qos", "format=Name"}, {"name"}},
    {"jobs", {"squeue", "-h", "-a", "-o", "%a|%u"}, {"account", "user"}},
};

/* Asked where Slurm enforces them: slurmdbd tells them to administrators only. */
static const struct list wckeys = {
    "wckeys",
    {"sacctmgr", "-nP", "show", "wckey", cluster_word, "format=User,WCKey"},
    {"user", "wckey"}};

static json_t *ask(const struct list *list, const char *cluster, struct error *error)
{
    const char *argv[WORDS_MAX + 1] = {NULL};

    for (size_t i = 0; i < WORDS_MAX; i++)
        argv[i] = list->argv[i] == cluster_word ? cluster : list->argv[i];
    return slurm_command_rows(argv, list->fields, error);
}

/* Adds all of `lists` to the object; 0 or -1. */
static int ask_all(json_t *inventory, const struct list *lists, size_t count,
                   const char *cluster, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        json_t *rows = ask(&lists[i], cluster, error);

        if (!rows)
            return -1;
        json_object_set_new(inventory, lists[i].name, rows);
    }
    return 0;
}

json_t *slurm_inventory_account(const char *account, struct error *error)
{
    static const char *const fields[] = {
        "cluster",       "account",  "user",       "partition", "parent", "grp_tres",
        "grp_tres_mins", "grp_jobs", "grp_submit", "max_wall",  "qos",    NULL};
    char word[WORD_SIZE];
    const char *const argv[] = {
        "sacctmgr",
        "-nP",
        "show",
        "associations",
        word,
        "wopl",
        "format=Cluster,Account,User,Partition,ParentName,GrpTRES,GrpTRESMins,GrpJobs,"
        "GrpSubmit,MaxWall,QOS",
        NULL};

    snprintf(word, sizeof(word), "account=%s", account);
    return slurm_command_rows(argv, fields, error);
}

static json_t *kept_if(int status, json_t *inventory)
{
    if (status == 0)
        return inventory;
    json_decref(inventory);
    return NULL;
}

json_t *slurm_inventory_names(struct error *error)
{
    json_t *inventory = json_object();

    return kept_if(
        ask_all(inventory, named, sizeof(named) / sizeof(named[0]), NULL, error),
        inventory);
}

/* Copies the value of a line "KEY   = VALUE" of scontrol's; "" when there is none. */
static void read_setting(const char *text, const char *key, char *value, size_t size)
{
    size_t length = strlen(key);
    const char *line = text;

    *value = '\0';
    for (; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        if (strncmp(line, key, length) != 0 || !isspace((unsigned char)line[length]))
            continue;
        line += length + strspn(line + length, " =");
        snprintf(value, size, "%.*s", (int)strcspn(line, "\n"), line);
        return;
    }
}

/* Adds cluster and wckeys_enforced; writes "cluster=NAME" to `word`. */
static int ask_configuration(json_t *inventory, char word[WORD_SIZE], struct error *error)
{
    static const char *const argv[] = {"scontrol", "show", "config", NULL};
    char name[WORD_SIZE - sizeof(cluster_word)], enforced[1024];
    char *text = slurm_command_run(argv, error);

    if (!text)
        return -1;
    read_setting(text, "ClusterName", name, sizeof(name));
    read_setting(text, "AccountingStorageEnforce", enforced, sizeof(enforced));
    free(text);
    if (!*name)
        return error_set(error, ERROR_SITE, "scontrol show config names no cluster");
    snprintf(word, WORD_SIZE, "%s%s", cluster_word, name);
    json_object_set_new(inventory, "cluster", json_string(name));
    json_object_set_new(inventory, "wckeys_enforced",
                        json_boolean(strstr(enforced, "wckeys") != NULL));
    return 0;
}

json_t *slurm_inventory_accounting(struct error *error)
{
    json_t *inventory = json_object();
    char cluster[WORD_SIZE];
    int status = ask_configuration(inventory, cluster, error);

    if (status == 0)
        status = ask_all(inventory, accounting,
                         sizeof(accounting) / sizeof(accounting[0]), cluster, error);
    if (status == 0 && json_is_true(json_object_get(inventory, "wckeys_enforced")))
        status = ask_all(inventory, &wckeys, 1, cluster, error);
    return kept_if(status, inventory);
}
