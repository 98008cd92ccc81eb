-- names_in_slurm.lua: names that would be the same to Slurm, or contradict each other
-- there: partitions, wckeys and accounts.

local name = require("atelier.base.name")

local names_in_slurm = {}

local function check_partitions(clusters, problems)
    local first = {}
    for _, key in ipairs(name.sorted_keys(clusters)) do
        local cluster = clusters[key]
        for _, partition in ipairs(cluster.partition or {}) do
            if first[partition] then
                problems:add(cluster, cluster.label .. " has the partition of "
                    .. first[partition].label)
            end
            first[partition] = first[partition] or cluster
        end
    end
end

-- Slurm writes wckeys in lower case, and "." joins workspace and experiment: two
-- workspaces whose jobs would share wckeys could read as one in the accounting.
local function check_wckeys(workspaces, problems)
    local first = {}
    for _, key in ipairs(name.sorted_keys(workspaces)) do
        local workspace, wckey = workspaces[key], key:lower()
        if first[wckey] then
            problems:add(workspace, workspace.label .. " is " .. first[wckey].label
                .. " to Slurm, which knows no upper case", "rename one")
        end
        first[wckey] = first[wckey] or workspace
    end
    for wckey, workspace in pairs(first) do
        for dot in wckey:gmatch("()%.") do
            local other = first[wckey:sub(1, dot - 1)]
            if other then
                problems:add(workspace, workspace.label .. " reads like an experiment of "
                    .. other.label, "rename one")
            end
        end
    end
end

local function check_experiments(workspaces, problems)
    for _, workspace in pairs(workspaces) do
        local first = {}
        for _, key in ipairs(name.sorted_keys(workspace.experiments or {})) do
            local wckey = key:lower()
            if first[wckey] then
                problems:add(workspace, workspace.experiments[key].label
                    .. " is experiment `" .. first[wckey]
                    .. "` to Slurm, which knows no upper case", "rename one")
            end
            first[wckey] = first[wckey] or key
        end
    end
end

local function same(left, right)
    for _, pair in ipairs({ { left, right }, { right, left } }) do
        for key, given in pairs(pair[1] or {}) do
            if (pair[2] or {})[key] ~= given then
                return false
            end
        end
    end
    return true
end

-- Limits, QOS and the parent are the account's, whichever workspace they are written in.
local function check_shared(workspace, other, problems)
    for _, key in ipairs({ "limits", "qos" }) do
        if not same(workspace[key], other[key]) then
            problems:add(workspace, workspace.label .. " has the account of "
                .. other.label .. " and another `" .. key .. "`", "Slurm keeps one")
        end
    end
    if workspace.parent ~= other.parent then
        problems:add(workspace, workspace.label .. " has the account of " .. other.label
            .. " and another `parent`", "Slurm keeps one")
    end
end

local function check_parents(of_account, problems)
    for _, account in ipairs(name.sorted_keys(of_account)) do
        local seen, at = {}, account
        while of_account[at] and of_account[at].parent and not seen[at] do
            seen[at] = true
            at = of_account[at].parent
        end
        if at == account and seen[account] then
            problems:add(of_account[account], "account `" .. account .. "` of "
                .. of_account[account].label .. " is below itself", "choose another "
                .. "parent")
        end
    end
end

local function check_accounts(workspaces, problems)
    local of_account = {}
    for _, key in ipairs(name.sorted_keys(workspaces)) do
        local workspace = workspaces[key]
        local other = of_account[workspace.account or ""]
        if other then
            check_shared(workspace, other, problems)
        elseif workspace.account then
            of_account[workspace.account] = workspace
        end
    end
    check_parents(of_account, problems)
end

function names_in_slurm.check(declared, problems)
    check_partitions(declared.cluster, problems)
    check_wckeys(declared.workspace, problems)
    check_experiments(declared.workspace, problems)
    check_accounts(declared.workspace, problems)
end

return names_in_slurm
