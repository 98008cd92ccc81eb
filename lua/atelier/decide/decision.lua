-- decision.lua: what a job of a known scope gets. The one code path of submission,
-- modification and explanation.

local admin_comment = require("atelier.decide.admin_comment")
local allocation = require("atelier.decide.allocation")
local limits = require("atelier.decide.limits")
local name = require("atelier.base.name")
local qos = require("atelier.decide.qos")
local refusal = require("atelier.base.refusal")
local route = require("atelier.decide.route")

local decision = {}

local function set(made, trace, what, value, source, why)
    made[what] = value
    if trace and value ~= nil then
        trace:add(what, value, source, why)
    end
end

-- An account or wckey that the user gave and that is not the workspace's is refused, not
-- replaced: the user asked for something else than would happen. The sentence does not
-- say which it is, since the user may not be a member.
local function contradicts(option, code, given, decided, scope)
    if given ~= nil and given ~= "" and given:lower() ~= decided:lower() then
        return refusal.new(code, scope,
            "--%s=%s does not go with workspace `%s`: leave --%s out, and its environment "
            .. "variable", option, name.quote(given), scope.name, option)
    end
end

local function identify(made, scope, asked, trace)
    local owner = scope.workspace or scope
    local wckey = scope.name .. (asked.experiment and "." .. asked.experiment or "")
    local refused = contradicts("account", "ESLURM_INVALID_ACCOUNT", asked.account,
        scope.account, scope)
        or contradicts("wckey", "ESLURM_INVALID_WCKEY", asked.wckey, wckey, scope)
    if refused then
        return refused
    end
    set(made, trace, "account", scope.account, owner, "the account of %s")
    set(made, trace, "wckey", wckey, scope, "the name of %s")
end

local function place(made, scope, asked, trace)
    local given = asked.partition
    if given == nil or given == "" then
        set(made, trace, "partition", scope.default_partition,
            scope:source_of("default_cluster"), "the default cluster of %s")
        return nil
    end
    local clusters, stranger = scope:clusters_of(given)
    if clusters then
        set(made, trace, "partition", given)
        return nil
    end
    local source = scope:source_of("clusters")
    return refusal.new("ESLURM_INVALID_PARTITION_NAME", source,
        "partition `%s` is not one of %s: choose %s", name.quote(stranger), source.label,
        name.choices(scope.partitions))
end

local function prioritize(made, scope, asked, trace)
    local chosen, priority, refused = qos.choose(scope, asked.qos)
    if refused then
        return refused
    elseif chosen then
        set(made, trace, "qos", chosen, scope:source_of("qos"),
            "the QOS of %s for priority `" .. priority .. "`")
    end
end

local function set_time(made, scope, asked, trace)
    if asked.time_limit ~= nil then
        if trace then
            trace:add("time_limit", asked.time_limit)
        end
        return
    end
    local minutes, source, why = limits.default_wall_time(scope)
    if minutes then
        set(made, trace, "time_limit", minutes, source, why)
    end
end

-- The job's number of nodes bounds what Slurm may give it.
local function set_size(made, scope, asked, trace)
    local nodes, which, refused = allocation.decide(scope, asked, made.partition)
    if nodes then
        local source = which and limits.source_of(scope, which)
        set(made, trace, "max_nodes", nodes, source,
            which and "the limit of " .. which .. " of %s")
    end
    return refused
end

-- Returns nil for partitions of several clusters, of which Slurm has not chosen one yet.
local function cluster_of(scope, partition)
    if scope.cluster_of[partition] then
        return scope.cluster_of[partition]
    end
    local clusters = scope:clusters_of(partition)
    for _, cluster in ipairs(clusters) do
        if cluster ~= clusters[1] then
            return nil
        end
    end
    return clusters[1]
end

local function record(made, scope, asked)
    return admin_comment.format({ workspace = made.workspace,
        experiment = made.experiment, framework = made.framework,
        cluster = cluster_of(scope, made.partition),
        settings = asked.framework_settings, mounts = asked.mount })
end

-- `asked` has its workspace and experiment filled in, and passed what membership.lua and
-- workspace.lua refuse.
-- Returns the decision { workspace, experiment, framework, account, partition, wckey,
-- qos, time_limit (minutes), max_nodes, features, licenses, reservation, environment,
-- admin_comment, most ({ nodes, gpus } of a component), has_directory (one for all its
-- nodes) }, nil where the job is left as it is; or nil and a refusal.
function decision.make(policy, scope, asked, trace)
    local made = { workspace = scope.name, experiment = asked.experiment,
        framework = asked.framework, has_directory = scope.shared_job_temp and true }
    local refused = identify(made, scope, asked, trace)
        or place(made, scope, asked, trace)
        or prioritize(made, scope, asked, trace)
    if refused then
        return nil, refused
    end
    set_time(made, scope, asked, trace)
    if policy.route then
        refused = route.run(policy, scope, asked, made, trace)
    end
    refused = refused
        or limits.refuse_time(scope, asked, made.time_limit or asked.time_limit)
        or set_size(made, scope, asked, trace)
    if refused then
        return nil, refused
    end
    made.admin_comment = record(made, scope, asked)
    if asked.is_component and asked.grows == nil then
        made.most = allocation.most(scope, asked, made.max_nodes, made.partition)
    end
    return made
end

return decision
