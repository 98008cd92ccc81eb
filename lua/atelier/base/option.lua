-- option.lua: the options of sbatch, salloc and srun: the one list that slurmctld, the SPANK
-- plugin, the keeper and the `atelier` command read.
--
-- The build writes lib/option/option_rows.h of it (lib/option/option_rows.awk), so that every entry has these
-- keys in this order, each a text or true:
--   name      --NAME, $ATELIER_NAME; the fact's key has "_" for "-"
--   form      of the value: "NAME"; "FRAMEWORK" (lib/option/framework.h); "MOUNTS" (mount_list.lua);
--             "DIRECTORIES" (lib/option/directory_list.h); "COMPAT" (lib/agreed.h); "FLAG", of none
--   decides   the policy decides on it, in this order; the others only need a workspace
--   argument  what --help has for the value
--   about     for `atelier policy explain --help`
--   usage     for the --help of Slurm's commands
-- What an option does is the matter of who reads the fact.

return {
    { name = "workspace", form = "NAME", decides = true, argument = "NAME",
        about = "Workspace",
        usage = "run in workspace NAME, with its volumes mounted on every node, or in none "
            .. "(default: $ATELIER_WORKSPACE)" },
    { name = "experiment", form = "NAME", decides = true, argument = "NAME",
        about = "Experiment in it",
        usage = "count the job to experiment NAME of the workspace (default: "
            .. "$ATELIER_EXPERIMENT)" },
    { name = "framework", form = "FRAMEWORK", decides = true, argument = "NAME[:SETTING,...]",
        about = "Framework",
        usage = "prepare the tasks of each srun for framework NAME, such as pytorch or "
            .. "tensorflow:ps=1 (default: $ATELIER_FRAMEWORK)" },
    { name = "mount", form = "MOUNTS", decides = true, argument = "VOLUME[/SUB]:NAME[:ro]",
        about = "Part of a volume under a name",
        usage = "show the volume or its sub-directory as NAME, too; several are separated by "
            .. "commas (default: $ATELIER_MOUNT)" },
    { name = "check", form = "FLAG",
        about = "The launch check of its steps",
        usage = "see that the tasks of each srun are all there and reach their meeting point "
            .. "before they start (default: $ATELIER_CHECK, 1 or 0)" },
    { name = "compat", form = "COMPAT", argument = "batchai|none",
        about = "Whose variables it gets",
        usage = "set the variables that jobs of Batch AI found, too (default: "
            .. "$ATELIER_COMPAT, else the workspace's)" },
    { name = "with-input", form = "DIRECTORIES", argument = "ID=PATH",
        about = "Directory that it is told of",
        usage = "tell the tasks of a directory as $ATELIER_INPUT_ID; several are separated by "
            .. "commas (default: $ATELIER_WITH_INPUT)" },
    { name = "with-output", form = "DIRECTORIES", argument = "ID=PATH",
        about = "Directory that is made for it",
        usage = "make a directory and tell the tasks of it as $ATELIER_OUTPUT_ID; several are "
            .. "separated by commas (default: $ATELIER_WITH_OUTPUT)" },
}
