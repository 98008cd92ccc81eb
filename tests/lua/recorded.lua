-- recorded.lua: the stand-ins of Slurm's Lua, and the policy, against what Slurm was seen to show.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local recording = require("recording")
local site = require("site")
local slurmctld = require("slurmctld")

slurmctld.start()
local bridge = require("atelier.slurm")
package.loaded["atelier.slurmctld.policy_file"] = { current = function() return site.policy() end }
package.loaded["atelier.slurmctld.trust"] = { own_uid = function() return 64030 end,
    user_name = function(uid) return uid == 1001 and "alice" or nil end }
package.loaded["atelier.slurmctld.user_groups"] = { of = function() return {} end }

-- What was written to a job, in the order of the names.
local function text_of(written)
    local words = {}
    for name, value in pairs(written) do
        words[#words + 1] = name .. "=" .. tostring(value)
    end
    table.sort(words)
    return table.concat(words, " ")
end

local VISION = "account=vision admin_comment=atelier/1 workspace=vision cluster=cpu"

-- What slurmctld answers to each submission that was recorded; the policy decides the same on all
-- releases. Of a job without workspace it changes nothing; root is no member of any.
local WANTED = {
    ["submit sbatch_plain by 1001"] = "0 ",
    ["submit srun_plain by 1001"] = "0 ",
    ["submit salloc_plain by 1001"] = "0 ",
    ["submit srun_code by 1001"] = "0 ",
    ["submit sbatch_asked by 1001"] = "0 admin_comment=atelier/1 workspace=vision cluster=cpu",
    ["submit sbatch_array by 1001"] = "0 " .. VISION .. " partition=cpu wckey=vision",
    ["submit sbatch_none by 1001"] = "0 " .. VISION .. " partition=cpu wckey=vision",
    ["submit sbatch_test by 1001"] = "0 " .. VISION .. " partition=cpu wckey=vision",
    ["submit sbatch_uid by 0"] = "0 " .. VISION .. " partition=cpu wckey=vision",
    ["submit srun_asked by 1001"] = "0 " .. VISION .. " partition=cpu wckey=vision",
    ["submit salloc_asked by 1001"] = "0 " .. VISION .. " partition=cpu wckey=vision",
    ["submit sbatch_root by 0"] = "2045 ",
}

local function answer_to(one)
    local job, written = slurmctld.job_desc(one.fields)
    local code = bridge.submit(job, {}, 1001)
    written.bitflags, written.max_nodes = nil, nil
    return code .. " " .. text_of(written)
end

local function check_submissions(release, list)
    local seen = {}
    for _, one in ipairs(list) do
        if WANTED[one.title] then
            seen[one.title] = true
            tap.is(answer_to(one), WANTED[one.title], release .. ": " .. one.title)
        end
    end
    for title in pairs(WANTED) do
        tap.ok(seen[title], release .. " has " .. title)
    end
    tap.is(slurmctld.last_logged():find("engine failed", 1, true), nil, release .. ": no error")
end

-- A heterogeneous job's components come one after the other, and only they have an offset.
local function check_components(release, list)
    local offsets = {}
    for _, one in ipairs(list) do
        if one.title == "submit sbatch_het by 1001" then
            offsets[#offsets + 1] = one.fields.het_job_offset
        else
            local offset = one.fields.het_job_offset
            tap.ok(one.job or offset == nil or offset >= 4294967294 or one.title:find("submit het", 1, true),
                release .. ": no offset of " .. one.title)
        end
    end
    tap.is(#offsets, 2, release .. ": two components")
    tap.ok(offsets[1] < 4294967294 and offsets[2] < 4294967294, "... with offsets")
end

local function check_modification(release, list)
    local one = recording.find(list, "modify modified by 1001")
    one.job.admin_comment = "atelier/1 workspace=vision cluster=cpu"
    one.job.user_name = "alice"
    local job, written = slurmctld.changed_desc(one.fields)
    tap.is(bridge.modify(job, one.job, {}, 1001) .. text_of(written), "0", release
        .. ": a shorter time may be")
    one.fields.account = "nlp"
    tap.is(bridge.modify(slurmctld.changed_desc(one.fields), one.job, {}, 1001), 2002,
        release .. ": another account may not")
    one = recording.find(list, "modify modified by 0")
    one.job.admin_comment = "atelier/1 workspace=vision cluster=cpu"
    job, written = slurmctld.changed_desc(one.fields)
    tap.is(bridge.modify(job, one.job, {}, 0), 0, release .. ": an administrator's words")
    tap.is(written.admin_comment, one.job.admin_comment .. " comment=some words", "... stay behind")
end

-- The stand-in gives nothing that Slurm does not, and what it lets be written has Slurm's type.
local function check_stand_in(release, list)
    local types = {}
    for _, one in ipairs(list) do
        for field, value in pairs(one.fields) do
            types[field] = type(value)
        end
    end
    for field, kind in pairs(slurmctld.WRITABLE) do
        tap.ok(types[field] == nil or types[field] == kind, release .. ": the type of " .. field)
    end
    local array = recording.find(list, "submit sbatch_asked").fields.spank_job_env
    tap.is(#array + 1, 3, release .. ": the SPANK environment has index 0")
    tap.is(table.concat({ array[0], array[1], array[2] }, " "), "RECORD_AS=sbatch_asked "
        .. "_SLURM_SPANK_OPTION_atelier_workspace=vision _SLURM_SPANK_OPTION_atelier_check=(null)",
        "... and our options")
    tap.is(types.no_such_field, nil, release .. ": an unknown field is nil")
    local plain, ours = recording.find(list, "submit sbatch_plain").fields, slurmctld.job_desc({})
    for _, field in ipairs({ "min_nodes", "max_nodes", "num_tasks", "time_limit", "cpus_per_task",
        "min_cpus", "het_job_offset", "shared", "ntasks_per_node" }) do
        tap.is(ours[field], plain[field], release .. ": " .. field .. " of a job that says nothing")
    end
end

for _, release in ipairs(recording.RELEASES) do
    local list = recording.read(release, "job_submit")
    check_stand_in(release, list)
    check_submissions(release, list)
    check_components(release, list)
    check_modification(release, list)
end
tap.done()
