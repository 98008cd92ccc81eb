-- budget.lua: ends Lua code that takes too long, in slurmctld, which waits for it.
--
-- Instructions are counted, not time: the answer is then the same on every run, and a
-- busy machine refuses nobody. A call into C counts as one, so that what may be long there
-- is kept short by other means: lengths are capped, no input is a pattern, and the policy's
-- own patterns are bounded (short_string.lua). Lua calls
-- no hook in coroutines and in the handlers of xpcall: the policy has neither.

local short_string = require("atelier.base.short_string")

local budget = {}

budget.DECISION = 500000 -- instructions: under 10 ms
budget.LOAD = 20 * 1000 * 1000 -- under 400 ms; 1,000 workspaces need less than a tenth

local STEP = 1000 -- instructions between two looks
local LEVELS = 40 -- of the stack that are searched for the policy's own code

-- LuaJIT calls no hook from code that it has compiled.
if rawget(_G, "jit") then
    jit.off()
    jit.flush()
end

-- "policy.lua:12" in the policy's chunk, whose source is a name and not a file ("@...");
-- "" when there is none on the stack.
local function position()
    for level = 3, LEVELS do
        local place = debug.getinfo(level, "Sl")
        if not place then
            break
        end
        if place.source:sub(1, 1) == "=" and place.currentline > 0 then
            return place.source:sub(2) .. ":" .. place.currentline
        end
    end
    return ""
end

-- A pcall in the code catches the error that ends it. So once all is spent the hook comes
-- at every instruction, until only `budget.call` is left on the stack.
local function guard(instructions, spent)
    local caller = debug.getinfo(2, "f").func
    local left = instructions
    local function look()
        left = left - STEP
        if left > 0 then
            return
        elseif debug.getinfo(2, "f").func == caller then
            debug.sethook()
            return
        end
        spent.place = spent.place or position()
        debug.sethook(look, "", 1)
        error("the instruction budget is spent", 0)
    end
    debug.sethook(look, "", STEP)
end

local function answer(spent, done, ...)
    if spent.place then
        return nil, spent.place
    end
    return done, ...
end

-- Calls work(...). Returns true and what it returns; false and the error it raised; or nil
-- and the place in the policy, which may be "", where more than `instructions` were spent.
function budget.call(instructions, work, ...)
    local spent = {}
    guard(instructions, spent)
    local results = { pcall(work, ...) }
    debug.sethook()
    short_string.as_methods(false)
    return answer(spent, results[1], results[2], results[3])
end

return budget
