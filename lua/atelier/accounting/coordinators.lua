-- coordinators.lua: the administrators of workspaces, who are coordinators of the accounts
-- to Slurm. A part of change.lua's plan.
--
-- sacctmgr names those of the accounts above among an account's own. They do coordinate
-- it, so that such a one is not missing; nor can it be taken away there.

local name = require("atelier.base.name")
local removal = require("atelier.accounting.removal")

local coordinators = {}

local function of(plan, account)
    return (plan.held.accounts[account or ""] or {}).coordinators or {}
end

-- slurmdbd takes only a user whom it knows, which is one with an account.
local function add_user(plan, one)
    local known = plan.held.defaults[one.user] ~= nil
    for _, member in ipairs(plan.members) do
        known = known or member.user == one.user
    end
    if not known and not plan.introduced[one.user] then
        plan.introduced[one.user] = true
        plan:add("create", "user " .. one.user, "in account " .. one.account
            .. ", to coordinate it", "add", "user", one.user, "account=" .. one.account,
            plan:cluster_word())
    end
end

function coordinators.add(plan)
    for _, one in ipairs(plan.administrators) do
        if not of(plan, one.account)[one.user] then
            add_user(plan, one)
            plan:add("create", "coordinator " .. one.user, "of account " .. one.account,
                "add", "coordinator", "account=" .. one.account, "names=" .. one.user)
        end
    end
end

local function remove(plan, user, account, is_owned)
    local what = "coordinator " .. user .. " of account " .. account
    if not is_owned then
        plan.kept[#plan.kept + 1] = what
            .. " is not in the policy, and stays, as the account was not made by apply"
    elseif removal.may_go(plan, what) then
        plan:add("remove", "coordinator " .. user, "of account " .. account,
            "delete", "coordinator", "account=" .. account, "names=" .. user)
    end
end

-- Plans this before accounts and users are removed.
function coordinators.remove(plan, is_administrator)
    for _, wanted in ipairs(plan.wanted.accounts) do
        local account = plan.held.accounts[wanted.name] or {}
        local above = of(plan, account.parent)
        for _, user in ipairs(name.sorted_keys(of(plan, wanted.name))) do
            if not above[user] and not is_administrator[wanted.name .. " " .. user] then
                remove(plan, user, wanted.name, account.owned)
            end
        end
    end
end

return coordinators
