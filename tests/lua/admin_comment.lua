-- The record in AdminComment: what is written, and that nothing else is read.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local admin_comment = require("atelier.decide.admin_comment")

local full = "atelier/1 workspace=vision experiment=digits framework=pytorch cluster=cpu"
local record = admin_comment.parse(full) or {}
tap.is(record.workspace, "vision", "workspace")
tap.is(record.experiment, "digits", "experiment")
tap.is(record.framework, "pytorch", "framework")
tap.is(record.cluster, "cpu", "cluster")
tap.is(admin_comment.format(record), full, "what was read is written again")
tap.is(admin_comment.format({ workspace = "v" }), "atelier/1 workspace=v", "the shortest")
tap.ok(admin_comment.parse("atelier/1 workspace=v"), "the shortest is read")
local long = ("x"):rep(64)
tap.ok(admin_comment.parse(admin_comment.format({ workspace = long, experiment = long,
    framework = long, cluster = long })), "the longest is read")

for _, bad in ipairs({
    "", "atelier/1", "atelier/1 ", "atelier/2 workspace=v", "atelier/1 experiment=e",
    "atelier/1 workspace=", "atelier/1 workspace=v ", "atelier/1  workspace=v",
    " atelier/1 workspace=v", "atelier/1 workspace=v\n",
    "atelier/1 workspace=v workspace=w", "atelier/1 workspace=v cluster=c experiment=e",
    "atelier/1 workspace=../..", "atelier/1 workspace=v trailing",
    "xatelier/1 workspace=v", "atelier/1 workspace=v framework=f settings=a;b",
    "atelier/1 workspace=v settings=a",
    "atelier/1 workspace=v mounts=../x:y", "atelier/1 workspace=v mounts=a:b settings=c",
    "atelier/1 workspace=v mounts=", "atelier/1 workspace=v mounts=a:b:c",
    "atelier/1 workspace=v experiment=" .. ("x"):rep(100000),
}) do
    tap.is(admin_comment.parse(bad), nil, "not read: " .. bad)
end

-- What follows a framework's name, and what --mount asked for.
local rich = full .. " settings=ps=1,chief mounts=data/a=b/c:x:ro,data:all"
record = admin_comment.parse(rich) or {}
tap.is(record.settings, "ps=1,chief", "settings of the framework")
tap.is(record.mounts, "data/a=b/c:x:ro,data:all", "mounts")
tap.is(admin_comment.format(record), rich, "both are written again")
tap.is((admin_comment.parse(rich .. " failure=a mounts=b:c") or {}).mounts, record.mounts,
    "a failure's words are not read as mounts")
local most = {}
for index = 1, 60 do
    most[index] = ("data/%s:n%d"):format(("d"):rep(120), index)
end
most = table.concat(most, ",")
tap.is((admin_comment.parse(admin_comment.format({ workspace = "v", mounts = most })) or {})
    .mounts, most, "as many mounts as --mount takes")

-- What a node adds when it could not start the job.
local failed = admin_comment.with_failure(full, "volume `results` is = gone failure=no")
record = admin_comment.parse(failed) or {}
tap.is(record.cluster, "cpu", "a failed job's record is still read")
tap.is(record.failure, "volume `results` is = gone failure=no", "and why it failed")
tap.is(admin_comment.with_failure(failed, "again"), full .. " failure=again",
    "a second failure takes the place of the first")
tap.is(admin_comment.failure("atelier-failure failure=why"), "why", "a node's word is recognized")
local commented = admin_comment.with_comment(failed, "for the\nreview failure=none comment=x")
record = admin_comment.parse(commented) or {}
tap.is(record.comment, "for the review failure: none comment=x", "an administrator's words are kept")
tap.is(record.failure, "volume `results` is = gone failure=no", "... beside the failure")
tap.is(record.experiment, "digits", "... and the record")
tap.is(admin_comment.with_comment(commented, ""), failed, "... and taken back")
tap.is(admin_comment.with_failure(commented, "again"),
    full .. " comment=for the review failure: none comment=x failure=again", "another failure leaves them")
tap.is(admin_comment.parse(full .. " comment=x workspace=other").workspace, record.workspace,
    "... which decide nothing")
tap.ok(#admin_comment.with_comment(full, ("x"):rep(50000)) < #full + 1100, "they are bounded")
tap.is(admin_comment.failure("why"), nil, "another comment is no node's word")
tap.is(admin_comment.parse("atelier/1 workspace=v uid failure=x"), nil,
    "a failure hides nothing before it")
local bounded = admin_comment.with_failure(rich, ("x"):rep(50000))
tap.ok(#bounded <= 10240 and admin_comment.parse(bounded), "the text stays bounded")

-- Of other releases.
record = admin_comment.parse("atelier/1 workspace=v node_pool=big cluster=c uid=0") or {}
tap.is(record.workspace .. record.cluster, "vc", "keys of a newer release are passed over")
tap.is(record.uid, nil, "and mean nothing")
for _, bad in ipairs({ " Uid=0", " uid=", " uid=0\n", " 1=2", " =2", " uid" }) do
    tap.is(admin_comment.parse("atelier/1 workspace=v" .. bad), nil, "no key: " .. bad)
end
tap.is(admin_comment.why_unread("atelier/2:9.9.9 workspace=v"), "has form 2, written by "
    .. "Atelier 9.9.9, and Atelier 0.1.0 here reads form 1", "another form, and both releases")
tap.is(admin_comment.why_unread("atelier/3 a=b"), "has form 3, written by Atelier of another "
    .. "release, and Atelier 0.1.0 here reads form 1", "another form alone")
tap.is(admin_comment.why_unread("atelier/1 workspace=;"), "is damaged", "what nobody wrote")
tap.is(admin_comment.parse("atelier/10 workspace=v"), nil, "form 10 is not form 1")

tap.is(admin_comment.parse(nil), nil, "nil is no record")
tap.ok(admin_comment.is_ours("atelier/2 new"), "another version is ours all the same")
tap.ok(not admin_comment.is_ours("by hand") and not admin_comment.is_ours(nil),
    "another comment is not ours")
tap.done()
