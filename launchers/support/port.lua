-- The TCP port where the processes of one step meet.
--
-- All tasks compute it without a word to each other, so it follows from what Slurm tells
-- every one of them: the ports that Slurm reserved for the step (MpiParams=ports= in
-- slurm.conf), else the ids of job and step.

local port = {}

-- 500 jobs of 24 steps tile 20500 to 32499: below 32768, where Linux gives ports to
-- outgoing connections, and above 20048, where many NFS servers have their mount daemon.
-- Any 500 jobs with consecutive ids never meet, nor do any 24 consecutive steps of a job.
local FIRST, JOBS, STEPS = 20500, 500, 24

function port.of_step(layout)
    if layout.reserved_ports and layout.reserved_ports[1] then
        return layout.reserved_ports[1]
    end
    return FIRST + layout.job % JOBS * STEPS + layout.step % STEPS
end

return port
