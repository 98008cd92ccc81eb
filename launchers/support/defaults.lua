-- What every framework gets, and what gives way to the user's and the policy's own word:
-- the number of threads, and the network interface where the site names one.

local threads = require "support.threads"

local defaults = {}

-- What each library calls it. A site sets ATELIER_INTERFACE once, in the policy's
-- environment, and the libraries do not guess: Gloo would take what the host's name
-- resolves to, which may be the loopback, and NCCL the first that it finds.
local INTERFACES = {
    "NCCL_SOCKET_IFNAME", "GLOO_SOCKET_IFNAME", "OMPI_MCA_btl_tcp_if_include",
    "OMPI_MCA_oob_tcp_if_include",
}

function defaults.of_task(layout)
    local count = threads.of_task(layout)
    local set = { OMP_NUM_THREADS = count and ("%d"):format(count) }
    for _, name in ipairs(layout.interface and INTERFACES or {}) do
        set[name] = layout.interface
    end
    return set
end

return defaults
