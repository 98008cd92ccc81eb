-- load.lua ENGINE POLICY: prints the milliseconds that loading takes, and the MiB it keeps.

package.path = arg[1] .. "/?.lua;" .. package.path
local engine = require("atelier.engine")
local file = assert(io.open(arg[2], "rb"))
local text = file:read("*a")
file:close()

local times = {}
for run = 1, 9 do
    collectgarbage()
    collectgarbage()
    local began = os.clock()
    local policy, problems = engine.load(text, "policy.lua")
    times[run] = (os.clock() - began) * 1000
    assert(policy, problems and problems[1])
end
table.sort(times)
collectgarbage()
collectgarbage()
local before = collectgarbage("count")
local policy = engine.load(text, "policy.lua")
collectgarbage()
collectgarbage()
print(("%.1f %.1f"):format(times[5], (collectgarbage("count") - before) / 1024))
assert(policy)
