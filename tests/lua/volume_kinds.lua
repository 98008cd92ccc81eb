-- The kinds of volumes: which keys go with which, what the node is told, what is shown.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local engine = require("atelier.engine")
local show = require("atelier.show.policy_entries")

-- The volume under test is line 4; `store` is a good server.
local function load(volume, more)
    local policy, problems = engine.load([[
cluster "cpu" { partition = "cpu" } file_server "store" { host = "head" }
workspace "w" { account = "w", clusters = { "cpu" }, users = { "alice" },
    volumes = { "v" } }
volume "v" { ]] .. volume .. " } " .. (more or ""), "policy.lua")
    return policy, table.concat(problems or {}, " | ")
end

local function expect(volume, sentence, more)
    local _, problems = load(volume, more)
    tap.is(problems, sentence, sentence)
end

local function told(volume, more)
    local policy, problems = load(volume, more)
    if not policy then
        error(problems)
    end
    local plan = engine.on_node(policy, { user = "alice", groups = {}, account = "w",
        partition = "cpu", workspace = "w" })
    return plan.volumes[1], policy
end

-- What each kind needs, and what the node is told.
local GOOD = {
    nfs = 'server = "store", export = "/a"',
    bind = 'path = "/lustre/a"',
    ["local"] = 'size = "16G"',
    glusterfs = 'source = "host:/gv0/sub"',
    cifs = 'source = "//host/share", credentials = "/etc/atelier/cifs"',
    lustre = 'source = "10.0.0.1@tcp:10.0.0.2@tcp:/fs"',
    rclone = 'source = "azure:bucket/path", config = "/etc/atelier/rclone.conf"',
    command = 'command = { "/usr/local/sbin/attach", "--fast" }',
}
for kind, keys in pairs(GOOD) do
    local volume = told('kind = "' .. kind .. '", mode = "rw", place = "/data", ' .. keys)
    tap.is(volume.kind .. volume.name .. volume.mode .. volume.place .. volume.deadline,
        kind .. "vrw/data5", "kind " .. kind)
    for key in keys:gmatch("([a-z]+) =") do
        tap.ok(volume[key] ~= nil, "... with its " .. key)
    end
    for stranger, other in pairs(GOOD) do
        local key = other:match("^[a-z]+")
        if not (" " .. keys):find(" " .. key .. " =", 1, true)
            and not (kind == "local" and key == "path") then
            local _, problems = load('kind = "' .. kind .. '", ' .. keys .. ", " .. other)
            tap.has(problems, "key `" .. key .. "` of volume `v` is not for kind `" .. kind
                .. "`", "... and nothing of " .. stranger .. "'s")
        end
    end
end
tap.is(told(GOOD.nfs).kind, "nfs", "nfs by default")
tap.is(told('kind = "local", size = "16G"').size, "16g", "a size as tmpfs takes it")
tap.is(told('kind = "command", command = "/x"').command[1], "/x", "a command of one word")
tap.is(told('kind = "bind", path = "/a", deadline = 2').deadline, 2, "its own deadline")

expect('kind = "nfs"', "volume `v` has no key `export` (policy.lua:4) | "
    .. "volume `v` has no key `server` (policy.lua:4)")
expect('server = "store"', "volume `v` has no key `export` (policy.lua:4)")
expect('kind = "blnd", path = "/a"', "key `kind` of volume `v` must be nfs, bind, local, "
    .. "glusterfs, cifs, lustre, rclone or command (policy.lua:4): did you mean `bind`?")
expect('kind = "bind"', "volume `v` has no key `path` (policy.lua:4)")
expect('kind = "bind", path = "a"',
    "key `path` of volume `v` must be an absolute path (policy.lua:4)")
expect('kind = "bind", path = "/a", server = "store"', "key `server` of volume `v` is not "
    .. "for kind `bind` (policy.lua:4): it has deadline, on_failure, path")
expect(GOOD.nfs .. ", deadline = 3", "key `deadline` of volume `v` is not for kind `nfs` "
    .. "(policy.lua:4): it has export, probe, server")
expect(GOOD.nfs .. ', on_failure = "requeue"', "key `on_failure` of volume `v` is not for "
    .. "kind `nfs` (policy.lua:4): it has export, probe, server")
expect('kind = "bind", path = "/a", on_failure = "retry"',
    "key `on_failure` of volume `v` must be fail or requeue (policy.lua:4)")
expect('kind = "local"', "volume `v` needs either path or size (policy.lua:4)")
expect('kind = "local", path = "/a", size = "1g"',
    "volume `v` needs either path or size (policy.lua:4)")
expect('kind = "local", size = "1g", mode = "ro"',
    "volume `v` is empty when a job starts (policy.lua:4): leave its mode out")
for _, bad in ipairs({ "1", "0g", "1.5g", "16 g", "g", "-1g", "50%", "1g,mode=777" }) do
    local _, problems = load('kind = "local", size = "' .. bad .. '"')
    tap.has(problems, "key `size` of volume `v` must be a size such as \"512m\" or \"16g\"",
        "no size: " .. bad)
end
for kind, sources in pairs({ glusterfs = { "host", "host:gv0", "host:/", "a b:/gv0",
    "host:/,x" }, cifs = { "/a", "//host", "//host/", "//a,b/share" },
    lustre = { "/fs", "host:/", "a b:/fs" }, rclone = { "bucket", ":local:/etc", "a b:c" } })
do
    for _, source in ipairs(sources) do
        local keys = GOOD[kind]:gsub('source = "[^"]*"', 'source = "' .. source .. '"')
        local _, problems = load('kind = "' .. kind .. '", ' .. keys)
        tap.has(problems, "key `source` of volume `v` must have the form ",
            kind .. ": " .. source)
    end
end
expect('kind = "lustre", source = "--help"', "key `source` of volume `v` must be what its "
    .. "mount program calls the source (policy.lua:4)")
expect('kind = "cifs", source = "//h/s", credentials = "/a,b"',
    "key `credentials` of volume `v` must be a path without commas (policy.lua:4)")
expect('kind = "command", command = { "attach" }', "key `command` of volume `v` must "
    .. "begin with the absolute path of a program (policy.lua:4)")
expect('kind = "command", command = { "/attach", "" }',
    "key `command` of volume `v` must hold words of one line each (policy.lua:4)")

-- Places.
for _, bad in ipairs({ "/etc", "/usr", "/home", "/home/alice", "/var/lib/x", "/root/x",
    "/proc/self", "/tmp/data" }) do
    expect(GOOD.nfs .. ', place = "' .. bad .. '"', "key `place` of volume `v` must not be "
        .. "in /" .. bad:match("^/([^/]+)") .. " (policy.lua:4): choose a directory such "
        .. "as /data")
end
for _, bad in ipairs({ "/", "/data/", "//etc", "/data//x", "/" .. ("x"):rep(255) }) do
    expect(GOOD.nfs .. ', place = "' .. bad .. '"',
        "key `place` of volume `v` must be a plain path of a directory below / "
            .. "(policy.lua:4)")
end
expect(GOOD.nfs .. ', place = "/a/../etc"',
    "key `place` of volume `v` must be a path without `.` and `..` (policy.lua:4)")
local function two(left, right)
    local _, problems = load(GOOD.nfs, '\nworkspace "two" { account = "x", clusters = { '
        .. '"cpu" }, users = { "u" }, volumes = { "a", "b" } } '
        .. 'volume "a" { kind = "bind", path = "/a", place = "' .. left .. '" } '
        .. 'volume "b" { kind = "bind", path = "/b", place = "' .. right .. '" }')
    return problems
end
tap.is(two("/data", "/data2"), "", "two places")
for _, right in ipairs({ "/data", "/data/b" }) do
    local said = "workspace `two` has the volumes `a` and `b`, one of which hides the "
        .. "other at "
    tap.has(two("/data", right), said .. right, "hidden: " .. right)
    tap.has(two(right, "/data"), said .. "/data", "... the other way round")
end

-- File servers.
local function server(keys)
    return 'server = "s", export = "/a"', 'file_server "s" { host = "h", ' .. keys .. " }"
end
local function problems_of(keys)
    local volume, more = server(keys)
    return (select(2, load(volume, more)))
end
local volume = told(server('connections = 4, version = 4, recovery = "soft", timeout = 9, '
    .. 'attribute_cache = 0, driver = "kernel"'))
tap.is(volume.connections .. volume.recovery .. volume.timeout .. volume.attribute_cache
    .. volume.version .. volume.locks, "4soft904server", "what the node is told of its server")
tap.is(told(server('locks = "node"')).locks, "node", "... and of where locks hold")
volume = told(server("port = 2049"))
tap.is(volume.recovery .. volume.timeout .. tostring(volume.attribute_cache)
    .. tostring(volume.connections), "hard60nilnil", "... and by default")
tap.is(problems_of('version = 4, driver = "libnfs"'), "file_server `s` has version 4, "
    .. "which the driver libnfs does not speak (policy.lua:4): choose kernel or leave the "
    .. "driver out", "version 4 is the kernel's")
expect('server = "s", export = "/a", probe = "write"', "volume `v` is to be probed by writing, "
    .. "which needs version 3 (policy.lua:4): leave probe out",
    'file_server "s" { host = "h", version = 4 }')
tap.is(problems_of("timeout = 9"), "file_server `s` has a timeout, which its recovery, "
    .. "hard, does not look at (policy.lua:4): add recovery = \"soft\" or leave it out",
    "hard knows no timeout")
tap.is(problems_of('locks = "local"'),
    "key `locks` of file_server `s` must be node or server (policy.lua:4)", "no other locks")
tap.is(problems_of('version = 4, locks = "node"'), "file_server `s` has version 4, whose "
    .. "locks are always the server's (policy.lua:4): leave locks out",
    "version 4 has its locks")
tap.has(problems_of("attribute_cache = 3601"), "must be a number of seconds from 0 to "
    .. "3600", "a cache of an hour at most")
tap.has(problems_of('recovery = "sotf"'), "did you mean `soft`?", "a word misspelt")

-- Shown.
for kind, what in pairs({ nfs = "head:/a", bind = "/lustre/a", ["local"] = "tmpfs of 16g",
    glusterfs = "host:/gv0/sub", command = "/usr/local/sbin/attach --fast" }) do
    local _, policy = told('kind = "' .. kind .. '", ' .. GOOD[kind])
    local _, rows = show.show(policy, { kind = "volume" })
    tap.is(#rows, 1, "one row")
    tap.is(table.concat(rows[1], "|"), "v|" .. kind .. "|" .. what .. "|rw|",
        "shown: " .. what)
end
local _, shown = told('kind = "bind", on_failure = "requeue", ' .. GOOD.bind)
local _, rows = show.show(shown, { kind = "volume", name = "v" })
tap.is(table.concat(rows[#rows - 1], "|"), "on failure|requeue", "shown: on_failure")
_, shown = told(server('locks = "node"'))
_, rows = show.show(shown, { kind = "file_server", name = "s" })
tap.is(table.concat(rows[#rows - 1], "|"), "locks|node", "shown: locks")
tap.done()
