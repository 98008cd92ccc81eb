-- JAX: jax.distributed.initialize() without arguments.
--
-- It finds size and rank in Slurm's variables. Its own choice of a port follows from the
-- job alone, so that two steps of a job would meet in it; the address is what it takes
-- from the environment. The other two are for scripts that pass them on.

local defaults = require "support.defaults"
local layouts = require "support.layout"
local number = require "support.number"
local rendezvous = require "support.rendezvous"

local function environment(layout)
    local good, sentence = layouts.check(layout)
    if not good then
        return nil, sentence
    end
    local node, port = rendezvous.address(layout)
    if not node then
        return nil, port
    end
    return {
        JAX_COORDINATOR_ADDRESS = ("%s:%d"):format(node, port),
        JAX_NUM_PROCESSES = number(layout.tasks),
        JAX_PROCESS_ID = number(layout.rank),
    }, defaults.of_task(layout)
end

return {
    title = "JAX distributed",
    example = "srun --ntasks-per-node=4 --gpus-per-node=4 python3 train.py",
    environment = environment,
}
