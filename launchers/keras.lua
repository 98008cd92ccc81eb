-- Keras: its backend's variables, and the name of the backend.

local rendezvous = require "support.rendezvous"

local backends = { tensorflow = "tensorflow", jax = "jax", torch = "pytorch" }

local function environment(layout)
    local backend = (layout.settings or {}).backend or "tensorflow"
    local set, more = require(backends[backend]).environment(layout)
    if set then
        set.KERAS_BACKEND = backend
    end
    return set, more
end

local function meeting(layout)
    local backend = require(backends[(layout.settings or {}).backend or "tensorflow"])
    return (backend.meeting or rendezvous.meeting)(layout)
end

return {
    title = "Keras over TensorFlow, JAX or PyTorch",
    example = "srun --ntasks-per-node=2 python3 train.py",
    settings = {
        backend = { kind = "choice", choices = { "tensorflow", "jax", "torch" },
            default = "tensorflow", about = "what Keras computes with" },
    },
    meeting = meeting,
    environment = environment,
}
