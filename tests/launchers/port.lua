-- The meeting port: reserved by Slurm, else derived so that neighbours never meet.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/launchers/?.lua;" .. top .. "/tests/lua/?.lua"

local tap = require "tap"
local port = require "support.port"

local function of_step(job, step)
    return port.of_step({ job = job, step = step })
end

-- Returns how many different ports there are, the lowest and the highest.
local function spread(first_job, jobs, first_step, steps)
    local seen, count, low, high = {}, 0, math.huge, 0
    for job = first_job, first_job + jobs - 1 do
        for step = first_step, first_step + steps - 1 do
            local number = of_step(job, step)
            count = count + (seen[number] and 0 or 1)
            seen[number] = true
            low, high = math.min(low, number), math.max(high, number)
        end
    end
    return count, low, high
end

for _, first_job in ipairs({ 1, 321, 67108000 }) do
    local name = "jobs from " .. first_job
    local count, low, high = spread(first_job, 500, 0, 8)
    tap.is(count, 4000, name .. ": 500 jobs of 8 steps are all distinct")
    tap.ok(low > 20048 and high < 32768, name .. ": outside mountd's and ephemeral ports")
end
tap.is(spread(70, 500, 0, 24), 12000, "500 jobs of 24 steps are all distinct")
tap.is(spread(70, 500, 30, 24), 12000, "and so are any 24 consecutive steps")

-- The batch script's and the interactive step's numbers are close to 2^32.
for _, step in ipairs({ 4294967291, 4294967290 }) do
    local number = of_step(5, step)
    tap.ok(number > 20048 and number < 32768, "step " .. step .. " has a right port")
    tap.is(("%d"):format(number), tostring(number):gsub("%.0$", ""), "a whole number")
end

local step = { job = 1, step = 0, reserved_ports = { 12003, 12004 } }
tap.is(port.of_step(step), 12003, "the first reserved port is taken")
step.reserved_ports = {}
tap.is(port.of_step(step), of_step(1, 0), "an empty list reserves nothing")

-- A requeued job's steps begin elsewhere than those of its last run.
local seen = {}
for restart = 0, 23 do
    seen[port.of_step({ job = 9, step = 0, restart = restart })] = true
end
local fresh = 0
for _ in pairs(seen) do
    fresh = fresh + 1
end
tap.is(fresh, 24, "24 restarts have 24 ports")

-- The ports of tasks: distinct on a node, the same on every node, off those of the steps.
local function of_tasks(job, step_id, tasks_per_node, restart)
    return port.of_tasks({ job = job, step = step_id, tasks_per_node = tasks_per_node,
        restart = restart })
end

local function distinct(lists)
    local found, count, right = {}, 0, true
    for _, list in ipairs(lists) do
        for _, text in ipairs(list) do
            local number = tonumber(text)
            right = right and not found[text] and number >= 12000 and number < 20000
            found[text], count = true, count + 1
        end
    end
    return right and count
end

tap.is(distinct({ of_tasks(77, 0, { 1, 4 }), of_tasks(77, 1, { 4, 4 }),
    of_tasks(77, 2, { 4 }), of_tasks(77, 3, { 4 }), of_tasks(78, 0, { 16 }) }), 32,
    "four steps of four tasks, and the next job's step of sixteen")
tap.is(distinct({ of_tasks(499, 0, { 200 }) }), 200, "200 tasks on a node")
tap.is(distinct({ of_tasks(5, 0, { 8 }), of_tasks(5, 0, { 8 }, 1) }), 16,
    "a requeued job has others")
tap.is(distinct({ of_tasks(5, 4294967291, { 3 }) }), 3, "a number close to 2^32")

tap.done()
