-- The policy file on disk: whether it is trusted, when it is read again, what is news.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local site = require("site")
local trust = require("atelier.trust")

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
local real, fault = trust.real_path("/nonexistent/policy.lua")
tap.is(real, nil, "a missing file")
tap.has(fault, "/nonexistent/policy.lua cannot be checked: it does not exist", "... said")
shell("chmod 0666 " .. path)
real, fault = trust.real_path(path)
tap.is(real, nil, "a file that others can write")
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

local real_popen = io.popen
io.popen = function() error("'popen' not supported") end
tap.is((trust.real_path("/etc/passwd")), nil, "without popen nothing is trusted")
io.popen = function() return nil, "no memory" end
tap.is((trust.real_path("/etc/passwd")), nil, "nor when it fails")
io.popen = real_popen

-- Reloading, with a trust that says yes and counts, and a clock of our own.
local asked, trusted = 0, true
package.loaded["atelier.trust"] = { real_path = function(given)
    asked = asked + 1
    if trusted then
        return given
    end
    return nil, given .. " is writable by others"
end }
local file = require("atelier.file")
local now, real_time = 1000, os.time
os.time = function() return now end

local policy, problems, news = file.current(path)
tap.ok(policy and policy.workspaces.vision, "a good file is in force")
tap.is(news, true, "... which is news")
policy, problems, news = file.current(path)
tap.is(news, false, "... once")
now = now + 1
file.current(path)
tap.is(asked, 1, "an unchanged file is not checked again")

write(path, site.text:gsub('"alice", "carol"', '"erin"'))
tap.ok(file.current(path).workspaces.vision.users.alice,
    "a change waits for the next second")
now = now + 1
policy, problems, news = file.current(path)
tap.ok(policy and policy.workspaces.vision.users.erin and news, "and then is in force")
write(path, site.text)
now = now - 3600
tap.ok(file.current(path).workspaces.vision.users.alice,
    "also when the clock goes backwards")

write(path, site.text .. "\nworkspace {")
now = now + 1
policy, problems, news = file.current(path)
tap.is(policy, nil, "a broken file is not in force")
tap.has(problems[1], "policy.lua:", "... says why")
tap.is(news, true, "... which is news")
local before = asked
now = now + 1
policy, problems, news = file.current(path)
tap.ok(not policy and not news and asked == before, "... once, without another look")
write(path, site.text)
now = now + 1
policy, problems, news = file.current(path)
tap.ok(policy and news, "a mended file is in force")

os.remove(path)
now = now + 1
policy, problems, news = file.current(path)
tap.ok(not policy and news, "a file that is gone is news")
now = now + 1
policy, problems, news = file.current(path)
tap.ok(not policy and not news, "... once")
write(path, "")
now = now + 1
policy, problems, news = file.current(path)
tap.ok(not policy and problems[1]:find("empty", 1, true), "an empty file is no policy")

write(path, site.text)
trusted = false
now = now + 1
policy, problems, news = file.current(path)
tap.ok(not policy and news, "a file that is not trusted is not in force")
tap.has(problems[1], "writable by others", "... says why")
trusted = true
now = now + 1
policy, problems, news = file.current(path)
tap.ok(policy and news, "once it is trusted it is, with no change to its text")
os.time = real_time
shell("rm -r " .. scratch)
tap.done()
