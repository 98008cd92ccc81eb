-- The policy file on disk: whether it is trusted, when it is read again, what is news.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local site = require("site")
local trust = require("atelier.slurmctld.trust")

-- Runs a command on scratch files of this test and returns its first line.
local function shell(command)
    local pipe = assert(io.popen(command, "r"))
    local line = pipe:read("*l")
    pipe:close()
    return line
end

local function write(path, text)
    local file = assert(io.open(path, "wb"))
    file:write(text)
    file:close()
end

local scratch = shell("mktemp -d")
local path = scratch .. "/policy.lua"
write(path, site.text)

-- Trust. /etc/passwd is root's on every machine, below directories that are root's.
tap.is(trust.real_path("/etc/passwd"), "/etc/passwd", "a file that only root can change")
local real, fault, exposed = trust.real_path("/nonexistent/policy.lua")
tap.is(real, nil, "a missing file")
tap.is(exposed, nil, "... is nobody's attack")
tap.has(fault, "/nonexistent/policy.lua cannot be checked: it does not exist", "... said")
shell("chmod 0666 " .. path)
real, fault, exposed = trust.real_path(path)
tap.is(real, nil, "a file that others can write")
tap.is(exposed, true, "... may be one")
local uid = shell("id -u")
local wanted = path .. " is writable by others (mode 0666): chmod go-w " .. path
if uid ~= "0" then
    wanted = path .. " belongs to uid " .. uid .. " and not to root: chown root " .. path
end
tap.has(fault, wanted, "... said")
shell("chmod 0644 " .. path)
real, fault = trust.real_path(path)
tap.is(real, nil, "a good file below a directory that others can write")
local sticky = "/tmp is writable by others (mode 01777): chmod go-w /tmp"
tap.ok(uid ~= "0" or fault:find(sticky, 1, true), "... which is named, sticky or not")
shell("ln -s /etc/passwd " .. scratch .. "/link")
tap.is(trust.real_path(scratch .. "/link"), "/etc/passwd",
    "a link is followed to what counts")
if uid == "0" then
    shell("chown 1 " .. path)
    real, fault = trust.real_path(path)
    tap.has(fault, path .. " belongs to uid 1 and not to root: chown root " .. path,
        "the owner")
    shell("chown 0 " .. path .. "; chmod 0664 " .. path)
    real, fault = trust.real_path(path)
    tap.has(fault, "writable by others (mode 0664)", "the group counts as others")
else
    tap.skip("the owner", "only root can give files away")
    tap.skip("the group counts as others", "only root can own the file")
end
for _, hostile in ipairs({ "'; touch " .. scratch .. "/pwned; '", "$(touch " .. scratch
    .. "/pwned)", "/etc/passwd\n0 644 /", "%s", "-x", "" }) do
    tap.is((trust.real_path(hostile)), nil, "not a path: " .. hostile)
end
tap.is(io.open(scratch .. "/pwned"), nil, "and no path was run")
tap.is(tostring(trust.own_uid()), uid, "the uid of this process")
tap.is(trust.user_name(0), "root", "the name of a uid")
tap.is(trust.user_name(4000000), nil, "a uid without a name")

local lines_of, time = trust.lines_of, os.time
trust.lines_of = function() return { "late" } end
tap.is(trust.user_name(4000000), nil, "is not asked for again at once, which keeps slurmctld waiting")
os.time = function() return time() + 60 end
tap.is(trust.user_name(4000000), "late", "but later, since the directory may just have been slow")
trust.lines_of, os.time = lines_of, time

local real_popen = io.popen
io.popen = function() error("'popen' not supported") end
tap.is((trust.real_path("/etc/passwd")), nil, "without popen nothing is trusted")
io.popen = function() return nil, "no memory" end
tap.is((trust.real_path("/etc/passwd")), nil, "nor when it fails")
io.popen = real_popen

-- The file is read again. The trust here says what `trusted` says and counts its calls, and the
-- clock is the test's.
local asked, trusted, exposes = 0, true, true
package.loaded["atelier.slurmctld.trust"] = { real_path = function(given)
    asked = asked + 1
    if trusted then
        return given
    end
    return nil, given .. " is writable by others", exposes
end }
local file = require("atelier.slurmctld.policy_file")
local now, real_time = 1000, os.time
os.time = function() return now end

-- What is in force a second later.
local function later()
    now = now + 1
    return file.current(path)
end

write(path, site.text .. "\nworkspace {")
local policy, problems, news = file.current(path)
tap.ok(not policy and news, "a file that was never good is not in force")
tap.has(problems[1], "policy.lua:", "... says why")
write(path, site.text)
policy, problems, news = later()
tap.ok(policy and policy.workspaces.vision, "a good file is in force")
tap.ok(news and not problems, "... which is news")
policy, problems, news = file.current(path)
tap.is(news, false, "... once")
asked = 0
later()
tap.is(asked, 0, "an unchanged file is not checked again")

write(path, (site.text:gsub('"alice", "carol"', '"erin"')))
tap.ok(file.current(path).workspaces.vision.users.alice,
    "a change waits for the next second")
policy, problems, news = later()
tap.ok(policy and policy.workspaces.vision.users.erin and news, "and then is in force")
write(path, site.text)
now = now - 3600
tap.ok(file.current(path).workspaces.vision.users.alice,
    "also when the clock goes backwards")

-- Whatever the file becomes, the last good one stays, and that is told once.
local function keeps_last_good(what, problem)
    policy, problems, news = later()
    tap.ok(policy and policy.workspaces.vision.users.alice, "the last good one stays: "
        .. what)
    tap.ok(news, "... which is news")
    tap.has(problems[1], problem, "... says why")
    local before = asked
    policy, problems, news = later()
    tap.ok(policy and problems and not news, "... once")
    return asked - before
end
write(path, site.text .. "\nworkspace {")
tap.is(keeps_last_good("a syntax error", "policy.lua:"), 0, "... without another check")
write(path, "while true do end")
tap.is(keeps_last_good("a loop", "policy.lua takes too long to load (policy.lua:1)"), 0,
    "... without another loop")
write(path, "")
keeps_last_good("an empty file", "empty")
write(path, ("-"):rep(4 * 1024 * 1024 + 1))
keeps_last_good("a huge file", "larger than 4 MiB")
os.remove(path)
keeps_last_good("no file", "No such file")
write(path, site.text)
policy, problems, news = later()
tap.ok(policy and news and not problems, "a mended file is in force")

local engine = require("atelier.engine")
local real_load = engine.load
engine.load = function() error("a bug") end
write(path, site.text .. "-- changed")
keeps_last_good("an engine that raises", "the policy engine failed")
engine.load = real_load

-- Trust: a file that cannot be checked is not obeyed; one that others can write ends all.
write(path, site.text .. "-- changed again")
trusted, exposes = false, nil
tap.is(keeps_last_good("a file that cannot be checked", "writable by others"), 1,
    "... and is checked again")
exposes = true
write(path, site.text)
policy, problems = later()
tap.is(policy, nil, "a file that others can write leaves no policy in force")
tap.has(problems[1], "writable by others", "... says why")
policy, problems, news = later()
tap.ok(not policy and not news, "... once")
trusted = true
policy, problems, news = later()
tap.ok(policy and news, "once it is trusted it is, with no change to its text")

-- Included files are the policy's too: read from its directory, and looked at.
local part = scratch .. "/part.lua"
engine.load = function(text, given, read)
    local included, reason = read("part.lua")
    if not included then
        return nil, { reason }
    end
    return real_load(text .. included, given)
end
write(part, 'workspace "late" { account = "late", clusters = { "cpu" }, users = { "x" } }')
write(path, site.text .. "-- with a part\n")
tap.ok(later().workspaces.late, "an included file is read")
write(part, 'workspace "later" { account = "late", clusters = { "cpu" }, users = { "x" } }')
tap.ok(later().workspaces.later, "... and noticed when it changes")
os.remove(part)
policy, problems, news = later()
tap.ok(policy.workspaces.later and news, "... or goes away")
tap.has(problems[1], "part.lua: No such file", "... which is said")
write(part, "-- nothing")
tap.ok(not later().workspaces.later, "... or comes back")
os.time = real_time
shell("rm -r " .. scratch)
tap.done()
