-- trust.lua: whether nobody but root can change a file, and the uid of this process.
--
-- Pure Lua has no stat(2), so this asks a shell. It happens when the policy was changed,
-- not for every job; the command is a constant, and the path in it, which is the site's
-- own and never a user's, is quoted. slurmctld's PATH is not relied on.

local trust = {}

-- The real path, then "UID MODE PATH" for it and every directory above it up to "/". The
-- real path is what counts: a link may lead out of a safe directory.
local WALK = "PATH=/usr/bin:/bin; export PATH; path=$(realpath -e -- %s 2>/dev/null)"
    .. " || exit 1; while stat -c '%%u %%a %%n' -- \"$path\" && [ \"$path\" != / ];"
    .. " do path=$(dirname -- \"$path\"); done"

local function shell_quote(text)
    return "'" .. text:gsub("'", "'\\''") .. "'"
end

-- The lines that `command` prints; none when it cannot be run.
function trust.lines_of(command)
    local lines = {}
    local opened, pipe = pcall(io.popen, command, "r")
    if opened and pipe then
        for line in pipe:lines() do
            lines[#lines + 1] = line
        end
        pipe:close()
    end
    return lines
end

-- Whether the octal `mode` lets group or others write. A sticky directory is no
-- exception: it is not a place for a policy.
local function is_open(mode)
    local bits = tonumber(mode, 8)
    return math.floor(bits / 16) % 2 == 1 or math.floor(bits / 2) % 2 == 1
end

-- Returns the real path of `path`; or nil, a sentence with the command that mends it, and
-- whether it is certain that others than root can change the file.
function trust.real_path(path)
    if path:find("%c") then
        return nil, "the policy's path holds a control character"
    end
    local real, last
    for _, line in ipairs(trust.lines_of(WALK:format(shell_quote(path)))) do
        local uid, mode, place = line:match("^(%d+) (%d+) (/.*)$")
        if not uid then
            return nil, path .. " cannot be checked: stat says \"" .. line .. "\""
        elseif uid ~= "0" then
            return nil, place .. " belongs to uid " .. uid
                .. " and not to root: chown root " .. place, true
        elseif is_open(mode) then
            return nil, place .. " is writable by others (mode 0" .. mode
                .. "): chmod go-w " .. place, true
        end
        real, last = real or place, place
    end
    if last ~= "/" then
        return nil, path .. " cannot be checked: it does not exist, or stat cannot be run"
    end
    return real
end

local own_uid

-- The uid that this process acts under, in slurmctld SlurmUser's; nil when unknown.
function trust.own_uid()
    own_uid = own_uid or tonumber(trust.lines_of("PATH=/usr/bin:/bin id -u")[1])
    return own_uid
end

local user_names, known = {}, 0
local KNOWN_MAX = 1000
local UNKNOWN_KEPT = 60 -- seconds

-- The name of a uid, nil when it has none. Asked once of the system's user database, which
-- may be far away, and given up after a second; without an answer once more a minute later.
function trust.user_name(uid)
    local entry = user_names[uid]
    if not entry or not entry.name and math.abs(os.time() - entry.asked) >= UNKNOWN_KEPT then
        if known == KNOWN_MAX then
            user_names, known = {}, 0
        end
        local command = ("PATH=/usr/bin:/bin timeout 1 id -un +%d 2>/dev/null"):format(uid)
        entry = { name = trust.lines_of(command)[1], asked = os.time() }
        user_names[uid], known = entry, known + 1
    end
    return entry.name
end

return trust
