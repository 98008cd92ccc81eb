-- required_accounting.lua: what slurmdbd has to hold for the policy to be enforced.

local limits = require("atelier.decide.limits")
local name = require("atelier.base.name")
local qos = require("atelier.decide.qos")

-- Appends { first, second } once; `list` remembers what it has by `seen`.
local function add_pair(list, seen, pair)
    local key = pair.user or pair.group
    key = key .. "\0" .. (pair.account or pair.wckey)
    if not seen[key] then
        seen[key] = true
        list[#list + 1] = pair
    end
end

local function qos_of(workspace)
    local names = {}
    for _, priority in ipairs(qos.PRIORITIES) do
        names[#names + 1] = workspace.qos and workspace.qos[priority]
    end
    return names
end

-- Accounts come after their parents, as they can be created.
local function add_account(answer, seen, account, parent, workspace, of_account)
    if seen[account] then
        return
    end
    seen[account] = true
    if parent then
        local above = of_account[parent]
        add_account(answer, seen, parent, above and above.parent, above, of_account)
    end
    answer.accounts[#answer.accounts + 1] = { name = account, parent = parent,
        title = workspace and workspace.title,
        qos = workspace and qos_of(workspace) or {},
        default_qos = workspace and qos.choose(workspace, nil) }
end

-- The first workspace of each account.
local function owners(policy)
    local of_account = {}
    for _, key in ipairs(policy.names) do
        local workspace = policy.workspaces[key]
        of_account[workspace.account] = of_account[workspace.account] or workspace
    end
    return of_account
end

local function add_accounts(answer, policy, of_account)
    local seen = {}
    for _, key in ipairs(policy.names) do
        local workspace = policy.workspaces[key]
        add_account(answer, seen, workspace.account, workspace.parent,
            of_account[workspace.account], of_account)
        for _, extra in ipairs(workspace.accounts) do
            local owner = of_account[extra] or workspace
            add_account(answer, seen, extra, owner.parent, owner, of_account)
        end
    end
end

local function wckeys_of(workspace)
    local wckeys = { workspace.name:lower() }
    for _, experiment in ipairs(name.sorted_keys(workspace.experiments or {})) do
        wckeys[#wckeys + 1] = (workspace.name .. "." .. experiment):lower()
    end
    return wckeys
end

-- The workspace's account, and those of its further ones that `is_open` lets through.
local function accounts_of(workspace, is_open)
    local accounts = { workspace.account }
    for _, extra in ipairs(workspace.accounts) do
        if is_open(extra) then
            accounts[#accounts + 1] = extra
        end
    end
    return accounts
end

-- Whoever administers a workspace has no say in the account of another one.
local function add_administrators(answer, seen, workspace, of_account)
    local accounts = accounts_of(workspace, function(extra)
        return not of_account[extra]
    end)
    for _, user in ipairs(name.sorted_keys(workspace.administrators)) do
        for _, account in ipairs(accounts) do
            add_pair(answer.administrators, seen.administrator,
                { user = user, account = account })
        end
    end
end

local function add_members(answer, seen, workspace)
    local wckeys = wckeys_of(workspace)
    local accounts = accounts_of(workspace, function()
        return true
    end)
    for _, kind in ipairs({ "user", "group" }) do
        for _, member in ipairs(name.sorted_keys(workspace[kind .. "s"])) do
            for _, account in ipairs(accounts) do
                add_pair(answer[kind .. "s"], seen[kind],
                    { [kind] = member, account = account, workspace = workspace.name })
            end
            for _, wckey in ipairs(wckeys) do
                add_pair(answer.wckeys, seen.wckey, { [kind] = member, wckey = wckey })
            end
        end
    end
end

local function add_qos(answer, policy)
    local set = {}
    for _, key in ipairs(policy.names) do
        for _, one in ipairs(qos_of(policy.workspaces[key])) do
            set[one] = true
        end
    end
    answer.qos = name.sorted_keys(set)
end

local function add_limits(answer, workspace)
    local kept = {}
    for _, key in ipairs(limits.KEYS) do
        kept[key] = workspace.limits[key]
    end
    if next(kept) then
        answer.limits[workspace.account] = kept
    end
end

-- Returns
--     accounts        { { name, parent (nil: root), title, qos = names, default_qos } },
--                     parents first
--     users           { { user, account, workspace } }
--     groups          { { group, account, workspace } }: whose users belong there too
--     administrators  { { user, account } }: who coordinates the account
--     qos             names
--     limits          { [account] = { nodes, gpus, wall_time (minutes), running_jobs,
--                     submitted_jobs, gpu_hours } }, nil where there is none
--     wckeys          { { user or group, wckey } }
-- all in a fixed order, and nothing twice.
return function(policy)
    local answer = { accounts = {}, users = {}, groups = {}, administrators = {},
        limits = {}, wckeys = {} }
    local seen = { user = {}, group = {}, wckey = {}, administrator = {} }
    local of_account = owners(policy)
    add_accounts(answer, policy, of_account)
    add_qos(answer, policy)
    for _, key in ipairs(policy.names) do
        add_members(answer, seen, policy.workspaces[key])
        add_administrators(answer, seen, policy.workspaces[key], of_account)
        add_limits(answer, policy.workspaces[key])
    end
    return answer
end
