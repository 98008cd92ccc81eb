-- visible_policy.lua: the part of the policy that one user has to do with. It keeps others'
-- names out of sight, but is no wall: whoever can read the file can read all of it.

local membership = require("atelier.policy.membership")
local operators = require("atelier.policy.operators")

local visible_policy = {}

local function sees(workspace, viewer)
    return workspace.administrators[viewer.user] ~= nil
        or membership.is_member(workspace, viewer.user, viewer.groups)
end

-- The entries of each kind by name, { workspaces, clusters, volumes, file_servers }.
-- `viewer`: { user, groups }; nil for one who sees all, as operators do.
function visible_policy.of(policy, viewer)
    if not viewer or operators.has(policy, viewer) then
        return policy
    end
    local seen = { workspaces = {}, clusters = {}, volumes = {}, file_servers = {} }
    for _, key in ipairs(policy.names) do
        local workspace = policy.workspaces[key]
        if sees(workspace, viewer) then
            seen.workspaces[key] = workspace
            for _, cluster in ipairs(workspace.clusters) do
                seen.clusters[cluster] = policy.clusters[cluster]
            end
            for _, volume in ipairs(workspace.volumes) do
                seen.volumes[volume.name] = policy.volumes[volume.name]
                if volume.server then
                    seen.file_servers[volume.server] = policy.file_servers[volume.server]
                end
            end
        end
    end
    return seen
end

return visible_policy
