-- policy.lua: the site's rules. It is the same file on the controller and on every node, root's,
-- and nobody else can write it. atelier-policy(5) describes every key; policies to begin with are
-- /usr/share/atelier/slurm/policy.lua and those of /usr/share/atelier/slurm/examples.
--
-- `atelier policy check FILE` says all that is wrong with a draft; mv(1) puts it in place.

-- As it came: no job has a workspace, and who asks for one is told why. Take the line out when
-- there is one.
no_workspaces "the administrator has not written /etc/atelier/policy.lua yet"
