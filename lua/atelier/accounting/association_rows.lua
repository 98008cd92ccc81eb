-- association_rows.lua: whether slurmdbd is to be asked for the limits of an account, and how.

local association_rows = {}

-- Whether Slurm's accounting is to count any of these limits.
function association_rows.are_needed(limits)
    for _, limit in ipairs(limits or {}) do
        if limit.enforced_by:find("association", 1, true) then
            return true
        end
    end
    return false
end

local FIELDS = { "cluster", "account", "user", "partition", "parent", "grp_tres",
    "grp_tres_mins", "grp_jobs", "grp_submit", "max_wall", "qos" }
local FORMAT = "format=Cluster,Account,User,Partition,ParentName,GrpTRES,GrpTRESMins,GrpJobs,"
    .. "GrpSubmit,MaxWall,QOS"

-- Asks for the account's rows on all clusters; the row of the account itself has no user.
function association_rows.question(account)
    return { name = "associations", optional = true, fields = FIELDS, argv = { "sacctmgr",
        "-nP", "show", "associations", "account=" .. account, "wopl", FORMAT } }
end

return association_rows
