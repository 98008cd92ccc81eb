-- The instruction budget: what it ends, whatever the code does against it.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local budget = require("atelier.base.budget")

local function compile(text)
    return assert((loadstring or load)(text, "=policy"))
end

local done, first, second = budget.call(10000, function(a, b) return b, a end, 1, 2)
tap.ok(done == true and first == 2 and second == 1, "what the work returns is returned")
done, first = budget.call(10000, error, "broken", 0)
tap.ok(done == false and first == "broken", "an error is told from a spent budget")
done = budget.call(10000, function() for _ = 1, 8000 do local _ = {} end end)
tap.is(done, nil, "work of 10,000 instructions and more is ended")
done = budget.call(100000, function() for _ = 1, 4000 do local _ = {} end end)
tap.is(done, true, "work within its budget is not")

local function ended(text, what, place)
    local before = os.clock()
    local answer, where = budget.call(budget.DECISION, compile(text))
    local milliseconds = (os.clock() - before) * 1000
    tap.is(answer, nil, what .. " is ended")
    tap.ok(milliseconds < 50, "... within 50 ms: " .. milliseconds)
    if place then
        tap.is(where, place, "... and its place is known")
    end
end
ended("local x\nwhile true do end", "an endless loop", "policy:2")
ended("local function f() return f() end f()", "endless recursion")
ended("while true do pcall(function() while true do end end) end", "a loop around pcall")
ended("pcall(function() while true do end end) return true", "a loop whose end is caught")
ended("while true do pcall(pcall, type, 1) end", "a loop of pcalls")
ended("local t = setmetatable({}, { __index = function(t, k) return t[k + 1] end })\n"
    .. "while true do pcall(function() return t[1] end) end", "a loop of metamethods")

tap.is(debug.gethook(), nil, "nothing is left of the guard")
local sum = 0
for index = 1, 1000000 do
    sum = sum + index
end
tap.is(sum, 500000500000, "and what comes afterwards has no budget")
tap.done()
