-- How many threads a process may start.
--
-- OpenMP and the numerical libraries start one thread for each CPU that they see, and
-- several processes of a node then fight for the same CPUs. Slurm gives a task that asked
-- for nothing one CPU, so one is the truth where --cpus-per-task is absent.
--
-- A task that has its node's part of the step for itself may start processes of its own,
-- as torchrun and mpirun do, and each would get all of its CPUs: torchrun gives each one
-- where nobody says anything, and OpenMP takes what Slurm bound it to. Nobody does.

local threads = {}

-- nil to leave it to them.
function threads.of_task(layout)
    if layout.starter or layout.local_tasks == 1 then
        return nil
    end
    return layout.cpus_per_task or 1
end

return threads
