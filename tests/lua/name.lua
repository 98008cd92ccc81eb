-- The form of names, how words are quoted, and the nearest known name.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local site = require("site")
local name = require("atelier.base.name")
local nearest = require("atelier.base.nearest")

for _, good in ipairs({ "a", "7", "A.b_c-d", "vision", ("x"):rep(64) }) do
    tap.ok(name.valid(good), "a name: " .. good)
end
for _, hostile in ipairs(site.hostile) do
    if hostile ~= "vision." then
        tap.ok(not name.valid(hostile), "not a name: " .. hostile)
    end
    local quoted = name.quote(hostile)
    tap.ok(#quoted <= 67 and not quoted:find("[^ -~]"), "harmless when quoted: "
        .. hostile)
end
tap.ok(not name.valid("") and not name.valid(nil) and not name.valid(7),
    "nothing, nil and a number are not names")
tap.is(name.quote("a\27[1m\n\255%n"), "a?[1m??%n", "quote replaces what is not printable")
tap.is(name.quote(("y"):rep(65)), ("y"):rep(64) .. "...", "quote cuts long words")
tap.is(name.quote(("y"):rep(64)), ("y"):rep(64), "quote keeps 64 letters")

tap.is(name.choices({ "a" }), "a", "one choice")
tap.is(name.choices({ "a", "b", "c" }), "a, b or c", "three choices")
local many = {}
for index = 1, 1000 do
    many[index] = ("z"):rep(30)
end
tap.ok(#name.choices(many) < 300, "a thousand choices still make one sentence")

local known = { "account", "clusters", "partition", "title" }
tap.is(nearest.find("partion", known), "partition", "a letter left out")
tap.is(nearest.find("acocunt", known), "account", "two letters swapped")
tap.is(nearest.find("titel", known), "title", "swapped letters count once")
tap.is(nearest.find("Clusters", known), "clusters", "a letter changed")
tap.is(nearest.find("zzz", known), nil, "nothing near")
tap.is(nearest.find(("p"):rep(100000), known), nil, "a long word takes no time")
tap.done()
