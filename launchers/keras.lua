-- Keras: its backend's variables, and the name of the backend.

local backends = { tensorflow = "tensorflow", jax = "jax", torch = "pytorch" }

local function environment(layout)
    local backend = (layout.settings or {}).backend or "tensorflow"
    local set, more = require(backends[backend]).environment(layout)
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
