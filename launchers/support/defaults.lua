-- What every framework gets, and what gives way to the user's and the policy's own word: the
-- network interface where the site names one.
--
-- Rejected: OMP_NUM_THREADS. OpenMP takes the CPUs that Slurm bound the task to, which no
-- count of the layout's knows as well; and what the task starts, as torchrun of a script
-- does, would take a number that is the task's for each of its own processes.

local defaults = {}

-- What each library calls it. A site sets ATELIER_INTERFACE once, in the policy's
-- environment, and the libraries do not guess: Gloo would take what the host's name
-- resolves to, which may be the loopback, and NCCL the first that it finds.
local INTERFACES = {
    "NCCL_SOCKET_IFNAME", "GLOO_SOCKET_IFNAME", "OMPI_MCA_btl_tcp_if_include",
    "OMPI_MCA_oob_tcp_if_include",
}

function defaults.of_task(layout)
    local set = {}
    for _, name in ipairs(layout.interface and INTERFACES or {}) do
        set[name] = layout.interface
    end
    return set
end

return defaults
