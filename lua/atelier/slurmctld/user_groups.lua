-- user_groups.lua: the Unix groups of a user, for slurmctld, which does not tell them to Lua.
--
-- id(1) asks whatever the system asks (files, LDAP, SSSD). slurmctld waits for the answer
-- with some of its locks held, so that the waiting is bounded: an answer takes some 4 ms,
-- is given up after a second, and is kept for minutes; when answers were slow, nothing is
-- asked for a while. Rejected: reading /etc/group, which knows no directory service, and a
-- list that somebody writes ahead, which is as old as the last time that he did.

local trust = require("atelier.slurmctld.trust")

local user_groups = {}

local KEPT = 300 -- seconds, of an answer
local FRESH = 2 -- seconds, of an answer by which somebody is refused
local PAUSE = 60 -- seconds without questions after slow ones; also: kept when unknown
local SLOW = 3 -- seconds within PAUSE that slurmctld waits at most, and one more
local KNOWN_MAX = 20000 -- users

-- One group a line, since a name may have blanks, and the exit status: 1 also when some
-- group has no name.
local COMMAND = "PATH=/usr/bin:/bin; { timeout -s KILL 1 id -Gnz +%d 2>/dev/null; "
    .. "printf '\\n%%s\\n' $?; } | tr '\\0' '\\n'"

local known, count = {}, 0
local period = { from = 0, waited = 0 }

-- The list of names; or nil when id did not know.
local function ask(uid)
    local lines = trust.lines_of(COMMAND:format(uid))
    local status = tonumber(table.remove(lines))
    local list = {}
    for _, name in ipairs(lines) do
        if name ~= "" and name:find("%D") then -- a number is a group without a name
            list[#list + 1] = name
        end
    end
    if status == 0 or status == 1 and #lines > 1 then
        return list
    end
end

-- os.time counts whole seconds: a question of a tenth of a second crosses one of them in
-- one of ten cases, so that the sum is right over many.
local function ask_within_bounds(uid)
    local now = os.time()
    if now - period.from >= PAUSE or now < period.from then
        period = { from = now, waited = 0 }
    elseif period.waited >= SLOW then
        return nil
    end
    local list = ask(uid)
    period.waited = period.waited + math.max(os.time() - now, 0)
    return list
end

local function is_kept(entry, now, is_fresh)
    local seconds = is_fresh and FRESH or entry.list and KEPT or PAUSE
    return now >= entry.asked and now < entry.asked + seconds
end

-- The names of the groups of user `uid`, of the last seconds when `is_fresh`; or nil while
-- they cannot be told, and whether that is new, and worth a line in the log.
function user_groups.of(uid, is_fresh)
    local entry, now = known[uid], os.time()
    if entry and is_kept(entry, now, is_fresh) then
        return entry.list, false
    end
    if not entry then
        if count >= KNOWN_MAX then
            known, count = {}, 0
        end
        count = count + 1
    end
    known[uid] = { list = ask_within_bounds(uid), asked = now }
    return known[uid].list, not known[uid].list
end

return user_groups
