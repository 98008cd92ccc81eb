-- recorded_facts.lua: what slurmctld decided on a job, for its node.
--
-- What a node finds among the job's options is its user's: a plugin of hers may have written it,
-- and without PrologFlags=Alloc it is that of a step, which never passed slurmctld. What makes a
-- job one of a workspace, with an account, a wckey and limits, is the record in its AdminComment
-- (admin_comment.lua), which no user can write. So its workspace, experiment, framework and
-- mounts are the record's, whatever the options say; without a record it has none of them.

local admin_comment = require("atelier.decide.admin_comment")
local copy = require("atelier.base.copy")
local name = require("atelier.base.name")
local request = require("atelier.decide.request")

local FIELDS = { workspace = "workspace", experiment = "experiment",
    framework = "framework", framework_settings = "settings", mount = "mounts" }

local function refused(facts)
    return "slurmctld has recorded no workspace for this job" .. (facts.workspace
        and ", which asks for `" .. name.quote(facts.workspace) .. "`" or "")
        .. ": submit it again; if that does not help, slurmctld does not ask the policy, or "
        .. "somebody has changed the job's AdminComment: tell your administrator"
end

-- `facts` of node.lua, with the job's AdminComment in `record`. Returns them with what it says
-- in place of what the options say; nil and a sentence for a job that asks for what it does not
-- have, or whose record cannot be read; or nil for one that neither asks nor has.
return function(facts)
    local record = admin_comment.parse(facts.record)
    if not record and admin_comment.is_ours(facts.record) then
        return nil, "the record of this job, its AdminComment, "
            .. admin_comment.why_unread(facts.record) .. ": tell your administrator"
    elseif not record then
        return nil, request.is_ours(facts) and refused(facts) or nil
    end
    local own = copy.of(facts)
    for fact, key in pairs(FIELDS) do
        own[fact] = record[key]
    end
    own.is_recorded = true
    return own
end
