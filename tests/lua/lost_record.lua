-- A job whose record root, SlurmUser or an operator replaces: slurmctld's log says so.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local site = require("site")
local slurmctld = require("slurmctld")

slurmctld.start()
local bridge = require("atelier.slurm")
package.loaded["atelier.slurmctld.policy_file"] = { current = function() return site.policy() end }
package.loaded["atelier.slurmctld.trust"] = { own_uid = function() return 64030 end,
    user_name = function() return nil end }

local RECORD = "atelier/1 workspace=vision cluster=cpu"

-- Slurm's answer when `uid` updates job 7 so, and what is logged then.
local function updated(uid, fields, record)
    slurmctld.last_logged()
    local code = bridge.modify(slurmctld.changed_desc(fields), { job_id = 7, user_id = 1001,
        admin_comment = record or RECORD, account = "vision" }, {}, uid)
    return code, slurmctld.last_logged()
end

local code, logged = updated(0, { admin_comment = "atelier/1 workspace=vision uid" })
tap.is(code, 0, "root may replace a record")
tap.is(logged, "atelier: job 7 loses its workspace `vision`: uid 0 replaced the record in its "
    .. "AdminComment, and no node starts it without: cancel it, and submit it again",
    "... which the log says")
tap.has(select(2, updated(64030, { admin_comment = "atelier/0" })), "uid 64030 replaced the record",
    "SlurmUser, too")
for what, fields in pairs({ ["an update of something else"] = { account = "nlp" },
    ["the same record"] = { admin_comment = RECORD },
    ["an administrator's word"] = { admin_comment = "by hand" },
    ["an empty comment"] = { admin_comment = "" },
    ["a node's word"] = { admin_comment = "atelier-failure failure=why" } }) do
    code, logged = updated(0, fields)
    tap.is(code, 0, what .. " may be")
    tap.is(logged, "", what .. " takes nothing away")
end
tap.is(select(2, updated(0, { admin_comment = "x" }, "by hand")), "", "nor what was no record")
tap.ok(not select(2, updated(1001, { admin_comment = "atelier/0" })):find("loses", 1, true),
    "a refused update changes nothing")
tap.done()
