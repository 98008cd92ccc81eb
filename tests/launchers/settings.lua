-- The settings after a framework's name: read, completed, refused in one sentence.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/tests/launchers/?.lua;" .. package.path
local case = require "case"
local tap = require "tap"
local settings = require "support.settings"

local declared = {
    ps = { kind = "count", default = 0, about = "servers" },
    chief = { kind = "flag", about = "a chief" },
    init = { kind = "choice", choices = { "tcp", "file" }, default = "tcp", about = "how" },
    directory = { kind = "path", about = "where" },
}

local function read(text)
    local found, sentence = settings.read("test", declared, text)
    if not found then
        return sentence
    end
    for name, value in pairs(found) do
        found[name] = type(value) == "number" and ("%d"):format(value) or tostring(value)
    end
    return case.text(found)
end

tap.is(read(""), "init=tcp ps=0", "the defaults")
tap.is(read("ps=12,chief,init=file,directory=/a/b"),
    "chief=true directory=/a/b init=file ps=12", "all of them")
tap.is(read("directory=/a=b"), "directory=/a=b init=tcp ps=0", "a value with an equals sign")

local UNKNOWN = ": choose one of chief, directory, init, ps"
for text, sentence in pairs({
    ["pss=1"] = "framework `test` has no setting `pss`" .. UNKNOWN,
    ["ps=1,,chief"] = "framework `test` has no setting ``" .. UNKNOWN,
    ["ps=1,"] = "framework `test` has no setting ``" .. UNKNOWN,
    ["=1"] = "framework `test` has no setting ``" .. UNKNOWN,
    ["chief,chief"] = "setting `chief` of framework `test` is given twice",
    ["ps=1,ps=1"] = "setting `ps` of framework `test` is given twice",
    ["chief=1"] = "setting `chief` of framework `test` cannot be `chief=1`: it stands "
        .. "alone, without a value",
    ["ps"] = "setting `ps` of framework `test` cannot be `ps`: give a whole number",
    ["ps="] = "setting `ps` of framework `test` cannot be `ps=`: give a whole number",
    ["ps=-1"] = "setting `ps` of framework `test` cannot be `ps=-1`: give a whole number",
    ["ps=1.5"] = "setting `ps` of framework `test` cannot be `ps=1.5`: give a whole number",
    ["ps=123456789"] = "setting `ps` of framework `test` cannot be `ps=123456789`: give a "
        .. "whole number",
    ["init=udp"] = "setting `init` of framework `test` cannot be `init=udp`: choose one of "
        .. "tcp, file",
    ["init"] = "setting `init` of framework `test` cannot be `init`: choose one of tcp, file",
    ["directory=a"] = "setting `directory` of framework `test` cannot be `directory=a`: give "
        .. "a path from the root, such as /mnt/atelier/results",
    ["directory=/"] = "setting `directory` of framework `test` cannot be `directory=/`: give "
        .. "a path from the root, such as /mnt/atelier/results",
}) do
    tap.is(read(text), sentence, "refused: " .. text)
end

local rows = {}
for index, row in ipairs(settings.describe(declared)) do
    rows[index] = table.concat(row, "|")
end
tap.is(table.concat(rows, " "), "chief|chief|a chief directory|directory=PATH|where "
    .. "init|init=tcp|file|how (default tcp) ps|ps=N|servers (default 0)",
    "described, in the order of their names")

tap.done()
