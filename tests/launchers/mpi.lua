-- The MPI launcher leaves ranks to MPI, and every launcher keeps to the contract.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/launchers/?.lua;" .. top .. "/tests/launchers/?.lua;"
    .. top .. "/tests/lua/?.lua"

local tap = require "tap"
local model = require "model"

local function layout(changes)
    return model.layout({ 1, 2 }, { rank = 1, node_rank = 1, local_rank = 0 }, changes)
end

local mpi = dofile(top .. "/launchers/mpi.lua")

local _, forced, defaults
forced, defaults = mpi.environment(layout())
tap.is(next(forced), nil, "nothing is forced on an MPI program")
tap.is(next(defaults), nil, "nothing is a default")
_, defaults = mpi.environment(layout({ cpus_per_task = 4 }))
tap.is(next(defaults), nil, "threads are left to Slurm's binding")

for _, name in ipairs({ "mpi", "pytorch" }) do
    local launcher = dofile(top .. "/launchers/" .. name .. ".lua")
    tap.is(type(launcher.title), "string", name .. " has a title")
    for variable, value in pairs(launcher.environment(layout())) do
        tap.ok(type(value) == "string" and variable:find("^[A-Z_]+$"),
               name .. ": " .. variable .. " is text")
    end
end

tap.done()
