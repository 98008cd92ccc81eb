-- How many threads a process may start.
--
-- OpenMP and the numerical libraries start one thread for each CPU that they see, and
-- several processes of a node then fight for the same CPUs. Slurm gives a task that asked
-- for nothing one CPU, so one is the truth where --cpus-per-task is absent.

local threads = {}

function threads.of_task(layout)
    return layout.cpus_per_task or 1
end

return threads
