-- Keras: its backend's variables, and the name of the backend.

local rendezvous = require "support.rendezvous"

local backends = { tensorflow = "tensorflow", jax = "jax", torch = "pytorch" }

local function variables()
    local all = { KERAS_BACKEND = "choice" }
    for _, launcher in pairs(backends) do
        for name, kind in pairs(require(launcher).variables) do
            all[name] = kind
        end
    end
    return all
end

-- Its name, by the setting or the user's own variable; or nil and a sentence.
local function backend_of(layout)
    local asked = (layout.settings or {}).backend
    local given = (layout.given or {}).KERAS_BACKEND
    if given and asked and given ~= asked then
        return nil, ("KERAS_BACKEND=%s is set, and the framework says backend=%s: leave "
            .. "one of them out"):format((given:gsub("%c", "?")), asked)
    elseif given and not backends[given] then
        return nil, ("KERAS_BACKEND=%s is set, and the framework keras has tensorflow, jax "
            .. "and torch: unset KERAS_BACKEND, or use --framework=custom")
            :format((given:gsub("%c", "?")))
    end
    return asked or given or "tensorflow"
end

local function environment(layout)
    local backend, sentence = backend_of(layout)
    if not backend then
        return nil, sentence
    end
    local set, more = require(backends[backend]).environment(layout)
    if set then
        more.KERAS_BACKEND = backend
    end
    return set, more
end

local function meeting(layout)
    local backend, sentence = backend_of(layout)
    if not backend then
        return nil, sentence
    end
    return (require(backends[backend]).meeting or rendezvous.meeting)(layout)
end

return {
    title = "Keras over TensorFlow, JAX or PyTorch",
    example = "srun --ntasks-per-node=2 python3 train.py",
    settings = {
        backend = { kind = "choice", choices = { "tensorflow", "jax", "torch" },
            about = "what Keras computes with (default: KERAS_BACKEND, else tensorflow)" },
    },
    variables = variables(),
    meeting = meeting,
    environment = environment,
}
