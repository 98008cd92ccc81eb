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

-- A requeued job counts its steps from 0 again, while sockets of its last run may linger:
-- each restart begins elsewhere (7 and 24 have no common divisor).
local RESTART = 7

function port.of_step(layout)
    if layout.reserved_ports and layout.reserved_ports[1] then
        return layout.reserved_ports[1]
    end
    local slot = (layout.step + RESTART * (layout.restart or 0)) % STEPS
    return FIRST + layout.job % JOBS * STEPS + slot
end

-- Where every task listens itself: 12000 to 19999, off those of the steps, and tasks of one
-- node never meet. 500 jobs have 16 ports each; a step with more tasks on a node goes on
-- into those of the next jobs.
local TASK_FIRST, TASK_SLOTS, TASK_PORTS = 12000, 16, 8000

local function most(counts)
    local found = 1
    for _, count in ipairs(counts) do
        found = math.max(found, count)
    end
    return found
end

-- The ports of a node's tasks, as text, the first that of local rank 0: the same on every
-- node, so that each task knows those of all. Or nil and a sentence.
function port.of_tasks(layout)
    local reserved, wide, ports = layout.reserved_ports, most(layout.tasks_per_node), {}
    if reserved and reserved[1] and #reserved < wide then
        return nil, ("Slurm reserved %d ports of each node for the step, and %d tasks of "
            .. "a node listen; use srun --resv-ports=%d"):format(#reserved, wide, wide)
    end
    local start = (layout.step + (layout.restart or 0)) * wide
    local base = layout.job % JOBS * TASK_SLOTS
    for place = 0, wide - 1 do
        local slot = wide <= TASK_SLOTS and (start + place) % TASK_SLOTS or start + place
        local derived = TASK_FIRST + (base + slot) % TASK_PORTS
        ports[place + 1] = ("%d"):format(reserved and reserved[place + 1] or derived)
    end
    return ports
end

return port
