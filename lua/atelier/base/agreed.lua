-- agreed.lua: the numbers and words that the policy engine and the C programs must have alike.
--
-- The build writes lib/agreed.h of this file, one #define a line (lib/agreed.awk): so each entry
-- has a line of its own, and a number or one text in it.

return {
    RELEASE = "0.1.0", -- of Atelier, as configure.ac has it
    ENGINE_PROTOCOL = 1, -- what C asks of the engine, and how it answers: lib/protocol/release.h

    NAME_LENGTH_MAX = 64, -- bytes of a workspace's name, a volume's and so on
    NO_WORKSPACE = "none", -- --workspace=none: a job without one

    -- The policy's files, and what a node's plan has room for.
    POLICY_FILES_MAX = 64,
    PLAN_DECLARED_MAX = 64, -- volumes of one job, each a process on every node; and mounts
    PLAN_PATH_MAX = 1023, -- bytes, as are the next ones
    PLAN_PART_MAX = 255, -- of a path between two slashes, as file systems have it
    PLAN_PLACE_MAX = 255,
    PLAN_HOST_MAX = 255,
    MOUNT_LIST_MAX = 8192,
    FRAMEWORK_SETTINGS_MAX = 255,

    -- Volumes. Of what may be chosen, the words with a space between them.
    VOLUME_KINDS = "nfs bind local glusterfs cifs lustre rclone command",
    VOLUME_KIND = "nfs", -- where the policy gives none
    VOLUME_MODES = "ro rw",
    VOLUME_PROBES = "read write",
    VOLUME_FAILURES = "fail requeue",
    VOLUME_DEADLINE = 5, -- seconds for preflight and mount where the policy gives none
    NFS_VERSION = 3, -- where the policy gives none
    NFS_VERSION_LEAST = 3,
    NFS_VERSION_MOST = 4,
    NFS_RECOVERIES = "hard soft",
    NFS_LOCKS = "node server",
    NFS_TIMEOUT = 60, -- seconds, likewise: of soft recovery
    NFS_TIMEOUT_MAX = 600,
    NFS_ATTRIBUTE_CACHE_MAX = 3600, -- seconds
    NFS_CONNECTIONS_MAX = 16,
    PORT_MAX = 65535,

    -- No volume appears below these: they are the system's or a person's.
    TAKEN_PLACES = "bin boot dev etc home lib lib32 lib64 libx32 proc root run sbin sys tmp usr var",

    -- The values of --compat and of a workspace's `compat`.
    COMPAT_BATCHAI = "batchai",
    COMPAT_NONE = "none",

    -- What Slurm's clients write before the name of an option of ours.
    SLURM_OPTION_MARK = "_SLURM_SPANK_OPTION_atelier_",

    -- A job's record in its AdminComment begins so; and the bytes of it that are read, with an
    -- administrator's words and the sentence of a failure behind it.
    RECORD_MARK = "atelier/",
    RECORD_COLUMN = 13000,

    -- How the states begin, in Slurm's words, of a job that may have processes on its nodes or
    -- whose epilog is to come; and of one whose run is over, and that Slurm may start again.
    JOB_STATES_GOING_ON = "RUNNING SUSPENDED COMPLETING CONFIGURING STOPPED SIGNALING STAGE_OUT RESIZING",
    JOB_STATES_LEFT = "PENDING REQUEUE SPECIAL_EXIT",

    -- The kinds of Slurm's plugins that make a mount namespace for each job, into which the
    -- keeper puts the volumes as well, and that which makes none.
    NAMESPACE_KINDS = "none tmpfs linux",

    -- What a node's prolog sends as a job's AdminComment, and where the record has it.
    FAILURE_MARK = "atelier-failure failure=",
    FAILURE_KEY = " failure=",
}
