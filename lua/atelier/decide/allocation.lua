-- allocation.lua: the most nodes that a job may get, so that whatever Slurm gives it stays
-- within the limits of its scope.
--
-- Slurm may give a job more than it needs: nodes up to the end of --nodes=1-8, or as many
-- as its tasks fill, GPUs on each of them, and with --exclusive all that these have. So
-- the job's number of nodes is bounded by what the most of each would come to.

local gpus = require("atelier.decide.gpus")
local limits = require("atelier.decide.limits")
local refusal = require("atelier.base.refusal")

local allocation = {}

-- What a node of the partitions has, of the kind that has most; and a partition's cluster
-- for which the policy does not say it.
local function gpus_of_nodes(scope, partitions)
    local most = 0
    for _, cluster in ipairs(scope:clusters_of(partitions or "") or {}) do
        local has = scope.gpus_of[cluster]
        if not has then
            return nil, cluster
        end
        most = math.max(most, has)
    end
    return most
end

local function unknown(asked, cluster)
    local option = asked.exclusive and "--exclusive"
        or asked.gpus_by_socket and "--gpus-per-socket"
    if option then
        return refusal.new("ESLURM_ACCOUNTING_POLICY", nil, "with %s the job may have all "
            .. "GPUs of its nodes, and how many those of cluster `%s` have is not in the "
            .. "policy: leave %s out, or have your administrator set gpus_per_node", option,
            cluster, option)
    end
    return refusal.new("ESLURM_ACCOUNTING_POLICY", nil, "the job may have all GPUs of its "
        .. "nodes, and how many those of cluster `%s` have is not in the policy: cancel "
        .. "the job and submit it again", cluster)
end

-- The GPUs in all and those that come with each node, which both count; or nil, nil and a
-- refusal. Of a job that is to get more nodes Slurm does not say whether it was submitted
-- with --exclusive.
local function count_gpus(scope, asked, partitions)
    if not scope.limits.gpus
        or not (asked.exclusive or asked.gpus_by_socket or asked.grows) then
        return asked.gpus_in_all or 0, asked.gpus_per_node or 0
    end
    local has, cluster = gpus_of_nodes(scope, partitions)
    if not has then
        return nil, nil, unknown(asked, cluster)
    end
    return 0, math.max(asked.gpus_per_node or 0, has)
end

-- The nodes that the limits leave, and the limit that leaves least; nil for no bound.
local function bound(scope, asked, in_all, each)
    local nodes, which = scope.limits.nodes, "nodes"
    nodes = nodes and nodes - (asked.nodes_beside or 0)
    if scope.limits.gpus and each > 0 then
        local left = scope.limits.gpus - in_all - (asked.gpus_beside or 0)
        local by_gpus = math.floor(left / each)
        if not nodes or by_gpus < nodes then
            nodes, which = by_gpus, "gpus"
        end
    end
    -- With fewer GPUs than nodes Slurm gives all that these have.
    if scope.limits.gpus and in_all > 0 and (not nodes or in_all < nodes) then
        nodes, which = in_all, "gpus"
    end
    return nodes, which
end

-- The most nodes that the job itself is content with. Of a heterogeneous job the other
-- components would have nothing left of what one leaves open.
local function wanted(asked)
    return asked.max_nodes or asked.is_component and (asked.nodes or 1) or nil
end

-- Only while a heterogeneous job is submitted is it known what its other components have.
local function fixed_component(scope, asked)
    if asked.is_component and asked.grows ~= nil
        and (scope.limits.nodes or scope.limits.gpus) then
        return refusal.new("ESLURM_ACCESS_DENIED", nil, "the size of a heterogeneous job's "
            .. "component stays: cancel the job and submit it again")
    end
end

-- `partitions`: where the job goes. Returns the most nodes that are to be set, nil where
-- there is no limit, and the limit behind it, nil where the job itself wants no more; or
-- nil, nil and a refusal. A change
-- of a job that leaves its size alone has `keeps_size`.
function allocation.decide(scope, asked, partitions)
    if asked.keeps_size then
        return nil
    end
    local in_all, each, refused = count_gpus(scope, asked, partitions)
    local least = asked.nodes or 1
    refused = refused or fixed_component(scope, asked)
    if not refused then
        local all = math.max(asked.gpus or 0, math.min(in_all + each * least, gpus.MANY))
        refused = limits.over(scope, "nodes", least, asked.nodes_beside)
            or limits.over(scope, "gpus", all, asked.gpus_beside)
    end
    if refused then
        return nil, nil, refused
    end
    local nodes, which = bound(scope, asked, in_all, each)
    local most = wanted(asked)
    if not nodes or most and most <= nodes then
        return nodes and most
    end
    return nodes, which
end

-- What the job can have at most, { nodes, gpus }, once `max_nodes` is decided: for the
-- other components of a heterogeneous job.
function allocation.most(scope, asked, max_nodes, partitions)
    local nodes = max_nodes or wanted(asked) or 1
    local in_all, each = count_gpus(scope, asked, partitions)
    return { nodes = nodes, gpus = (in_all or 0) + (each or 0) * nodes }
end

return allocation
