-- slurm.lua: what slurmctld's job_submit/lua calls.
--
-- A site with a job_submit.lua of its own calls two functions from it and returns what
-- they return when that is not slurm.SUCCESS:
--
--     local atelier = require("atelier.slurm")
--     atelier.submit(job_desc, part_list, submit_uid)
--     atelier.modify(job_desc, job_rec, part_list, modify_uid)
--
-- Both never raise an error: Slurm up to 25.11 admits a job as it stands when the script
-- fails, so every failure is turned into a refusal here. Jobs that use none of our
-- options are left alone, unless the policy in force gives its users a default workspace.
--
-- The module keeps this name, since sites' files have it.

return require("atelier.slurmctld.bridge")
