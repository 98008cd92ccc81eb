-- Keras: its backend's variables, and the name of the backend.

local backends = { tensorflow = "tensorflow", jax = "jax", torch = "pytorch" }

local function environment(layout)
    local backend = (layout.settings or {}).backend or "tensorflow"
    local changed = {}
    for name, value in pairs(layout) do
        changed[name] = value
    end
    changed.settings = nil -- they are Keras's, not the backend's
    local set, more = require(backends[backend]).environment(changed)
    if set then
        set.KERAS_BACKEND = backend
    end
    return set, more
end

return {
    title = "Keras over TensorFlow, JAX or PyTorch",
    example = "srun --ntasks-per-node=2 python3 train.py",
    settings = {
        backend = { kind = "choice", choices = { "tensorflow", "jax", "torch" },
            default = "tensorflow", about = "what Keras computes with" },
    },
    environment = environment,
}
