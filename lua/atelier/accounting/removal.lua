-- removal.lua: what slurmdbd holds that the policy does not have, in accounts that `apply`
-- made: what others made is theirs. A part of change.lua's plan.

local name = require("atelier.base.name")

local removal = {}

-- Says why what is not in the policy stays; returns true when it is to go. `owner`, of
-- whose jobs it would be in the way, may be nil.
function removal.may_go(plan, what, owner)
    if owner and plan.held.busy[owner] then
        plan.kept[#plan.kept + 1] = what .. " is not in the policy, but has jobs"
        return false
    elseif not plan.prune then
        plan.kept[#plan.kept + 1] = what .. " is not in the policy; --prune removes it"
        return false
    end
    return true
end

-- slurmdbd does not let go of a user's default account while the user has others.
local function move_default(plan, user, account, stays)
    if plan.held.defaults[user] ~= account then
        return
    end
    for _, other in ipairs(name.sorted_keys(plan.held.users)) do
        if other ~= account and plan.held.users[other][user] and stays(other, user) then
            plan:add("change", "user " .. user, "default account " .. other, "modify",
                "user", "where", "name=" .. user, plan:cluster_word(), "set",
                "defaultaccount=" .. other)
            return
        end
    end
end

local function add_users(plan, account, stays)
    for _, user in ipairs(name.sorted_keys(plan.held.users[account])) do
        local what = "user " .. user .. " in account " .. account
        if not stays(account, user)
            and removal.may_go(plan, what, account .. " " .. user) then
            move_default(plan, user, account, stays)
            plan:add("remove", "user " .. user, "from account " .. account, "delete",
                "user", "where", "name=" .. user, "account=" .. account,
                plan:cluster_word())
        end
    end
end

-- The account with the policy's QOS may use no others; one without leaves them to Slurm.
local function add_qos(plan, account)
    local surplus, wanted = {}, {}
    for _, key in ipairs(account.qos) do
        wanted[key] = true
    end
    for _, key in ipairs(name.sorted_keys(plan.held.accounts[account.name].qos)) do
        if next(wanted) and not wanted[key] and removal.may_go(plan,
            "QOS " .. key .. " of account " .. account.name) then
            surplus[#surplus + 1] = key
        end
    end
    if #surplus > 0 then
        local list = table.concat(surplus, ",")
        plan:modify_account(account, "may no longer use QOS " .. list, "qos-=" .. list)
    end
end

-- Whether anything below or in the account stays.
local function is_needed(plan, account, gone)
    for key, other in pairs(plan.held.accounts) do
        if other.here and other.parent == account and not gone[key] then
            return true
        end
    end
    return false
end

local function add_accounts(plan, is_wanted)
    local gone, progress = {}, true
    while progress do
        progress = false
        for _, key in ipairs(name.sorted_keys(plan.held.accounts)) do
            local account = plan.held.accounts[key]
            if account.owned and account.here and not is_wanted[key]
                and gone[key] == nil and not is_needed(plan, key, gone) then
                gone[key], progress = false, true
                if removal.may_go(plan, "account " .. key, key) then
                    gone[key] = true
                    plan:add("remove", "account " .. key, "", "delete", "account",
                        "where", "name=" .. key, plan:cluster_word())
                end
            end
        end
    end
end

-- `belongs(account, user)`: whether the policy has the user there.
function removal.add(plan, belongs)
    local is_wanted = {}
    for _, account in ipairs(plan.wanted.accounts) do
        is_wanted[account.name] = true
        is_wanted[account.parent or ""] = true
    end
    local function stays(account, user)
        return not (plan.held.accounts[account].owned and is_wanted[account])
            or belongs(account, user)
    end
    for _, key in ipairs(name.sorted_keys(plan.held.accounts)) do
        if plan.held.accounts[key].owned and is_wanted[key] then
            add_users(plan, key, stays)
        end
    end
    for _, account in ipairs(plan.wanted.accounts) do
        if (plan.held.accounts[account.name] or {}).owned then
            add_qos(plan, account)
        end
    end
    add_accounts(plan, is_wanted)
end

return removal
