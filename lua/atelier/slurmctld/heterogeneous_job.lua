-- heterogeneous_job.lua: what the earlier components of a heterogeneous job may get.
--
-- slurmctld asks about one component right after the other, and does not say which are of
-- one job: in those of sbatch each is called the first. So all that a user submits in one
-- moment are counted together.

local heterogeneous_job = {}

local SECONDS = 3 -- in which slurmctld goes from one component to the next
local NONE = 4294967294

local chains = {} -- { [uid] = { nodes, gpus, at } }

-- Whether the job is a component. Slurm leaves a place among some for scrontab's jobs too.
function heterogeneous_job.is_one(job)
    local offset = tonumber(job.het_job_offset)
    return offset ~= nil and offset < NONE and not job.cron_job
end

-- What those before this one may get, { nodes, gpus }; nil for nothing.
function heterogeneous_job.before(uid, now)
    for other, chain in pairs(chains) do
        if math.abs(now - chain.at) > SECONDS then
            chains[other] = nil
        end
    end
    return chains[uid]
end

-- Notes what one may get, { nodes, gpus }.
function heterogeneous_job.add(uid, most, now)
    local chain = heterogeneous_job.before(uid, now) or { nodes = 0, gpus = 0 }
    chains[uid] = { nodes = chain.nodes + most.nodes, gpus = chain.gpus + most.gpus,
        at = now }
end

return heterogeneous_job
