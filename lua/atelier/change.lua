-- change.lua: what brings slurmdbd in line with the policy, one call of sacctmgr each.
--
-- A change is { verb = "create", "change" or "remove", what, how, argv }. Their order is
-- that of their needs: QOS before the accounts that may use them, parents before what is
-- below them, users after their accounts; what goes, goes the other way round.

local accounting = require("atelier.accounting")
local association = require("atelier.association")
local name = require("atelier.name")
local slurmdbd = require("atelier.slurmdbd")

local change = {}

-- What a plan is made from: `wanted` (accounting.lua), `held` (slurmdbd.lua), the
-- cluster's name, and the list that grows.
local plan = {}
plan.__index = plan

function plan:add(verb, what, how, ...)
    self.changes[#self.changes + 1] = { verb = verb, what = what, how = how,
        argv = { "sacctmgr", "-i", ... } }
end

function plan:cluster_word()
    return "cluster=" .. self.cluster
end

function plan:add_qos()
    for _, key in ipairs(self.wanted.qos) do
        if not self.held.qos[key] then
            self:add("create", "QOS " .. key, "", "add", "qos", key)
        end
    end
end

-- sacctmgr takes quotes off, and slurmdbd keeps one line.
local function description(account)
    local text = (account.title or account.name):gsub("[%c\"'\\]", " ")
    return "description=" .. text
end

function plan:create_account(account)
    local parent = account.parent or "root"
    self:add("create", "account " .. account.name, "below " .. parent, "add", "account",
        account.name, self:cluster_word(), "parent=" .. parent, description(account),
        "organization=" .. slurmdbd.MARK)
end

function plan:modify_account(account, how, ...)
    self:add("change", "account " .. account.name, how, "modify", "account", "where",
        "name=" .. account.name, self:cluster_word(), "set", ...)
end

function plan:limit_account(account, current)
    local words, how = association.change(self.wanted.limits[account.name] or {},
        current and current.limits or {}, current ~= nil and current.owned)
    if words then
        self:modify_account(account, how, (table.unpack or unpack)(words))
    end
end

-- Adds to the QOS that the account has; what else it may use stays.
function plan:allow_qos(account, current)
    local missing = {}
    for _, key in ipairs(account.qos or {}) do
        if not (current and current.qos[key]) then
            missing[#missing + 1] = key
        end
    end
    if #missing > 0 then
        local list = table.concat(missing, ",")
        self:modify_account(account, "may use QOS " .. list, "qos+=" .. list)
    end
end

function plan:add_account(account)
    local current = self.held.accounts[account.name]
    if not current or not current.here then
        self:create_account(account)
    elseif account.parent and account.parent ~= current.parent then
        self:modify_account(account, "below " .. account.parent .. " (was "
            .. current.parent .. ")", "parent=" .. account.parent)
    end
    self:allow_qos(account, current)
    self:limit_account(account, current)
end

function plan:add_accounts()
    for _, account in ipairs(self.wanted.accounts) do
        self:add_account(account)
    end
end

-- The first account that slurmdbd sees of a user becomes the default.
function plan:add_users()
    for _, member in ipairs(self.members) do
        if not (self.held.users[member.account] or {})[member.user] then
            self:add("create", "user " .. member.user, "in account " .. member.account,
                "add", "user", member.user, "account=" .. member.account,
                self:cluster_word())
        end
    end
end

function plan:add_wckeys()
    for _, one in ipairs(self.wckeys) do
        if not self.held.wckeys[one.user .. " " .. one.wckey] then
            self:add("create", "wckey " .. one.wckey, "of user " .. one.user, "add",
                "user", one.user, self:cluster_word(), "wckeys=" .. one.wckey)
        end
    end
end

-- Says why what is not in the policy stays; returns true when it is to go.
function plan:may_remove(what, owner)
    if self.held.busy[owner] then
        self.kept[#self.kept + 1] = what .. " is not in the policy, but has jobs"
        return false
    elseif not self.prune then
        self.kept[#self.kept + 1] = what .. " is not in the policy; --prune removes it"
        return false
    end
    return true
end

-- slurmdbd does not let go of a user's default account while the user has others.
function plan:move_default(user, account, stays)
    if self.held.defaults[user] ~= account then
        return
    end
    for _, other in ipairs(name.sorted_keys(self.held.users)) do
        if other ~= account and self.held.users[other][user] and stays(other, user) then
            self:add("change", "user " .. user, "default account " .. other, "modify",
                "user", "where", "name=" .. user, self:cluster_word(), "set",
                "defaultaccount=" .. other)
            return
        end
    end
end

function plan:remove_users(account, stays)
    for _, user in ipairs(name.sorted_keys(self.held.users[account])) do
        local what = "user " .. user .. " in account " .. account
        if not stays(account, user) and self:may_remove(what, account .. " " .. user) then
            self:move_default(user, account, stays)
            self:add("remove", "user " .. user, "from account " .. account, "delete",
                "user", "where", "name=" .. user, "account=" .. account,
                self:cluster_word())
        end
    end
end

-- Whether anything below or in the account stays.
function plan:is_needed(account, gone)
    for key, other in pairs(self.held.accounts) do
        if other.here and other.parent == account and not gone[key] then
            return true
        end
    end
    return false
end

function plan:remove_accounts(is_wanted)
    local gone, progress = {}, true
    while progress do
        progress = false
        for _, key in ipairs(name.sorted_keys(self.held.accounts)) do
            local account = self.held.accounts[key]
            if account.owned and account.here and not is_wanted[key]
                and gone[key] == nil and not self:is_needed(key, gone) then
                gone[key], progress = false, true
                if self:may_remove("account " .. key, key) then
                    gone[key] = true
                    self:add("remove", "account " .. key, "", "delete", "account",
                        "where", "name=" .. key, self:cluster_word())
                end
            end
        end
    end
end

-- Only in accounts that apply made: what others made is theirs.
function plan:remove_rest()
    local is_wanted, is_member = {}, {}
    for _, account in ipairs(self.wanted.accounts) do
        is_wanted[account.name] = true
        is_wanted[account.parent or ""] = true
    end
    for _, member in ipairs(self.members) do
        is_member[member.account .. " " .. member.user] = true
    end
    local function stays(account, user)
        return not (self.held.accounts[account].owned and is_wanted[account])
            or is_member[account .. " " .. user] == true
    end
    for _, key in ipairs(name.sorted_keys(self.held.accounts)) do
        if self.held.accounts[key].owned and is_wanted[key] then
            self:remove_users(key, stays)
        end
    end
    self:remove_accounts(is_wanted)
end

-- `pairs_of` users and groups, `{ user or group, [key] }`: as pairs of users alone.
local function of_users(key, groups, ...)
    local list, seen = {}, {}
    local function add(user, value)
        if not seen[user .. " " .. value] then
            seen[user .. " " .. value] = true
            list[#list + 1] = { user = user, [key] = value }
        end
    end
    for _, pairs_of in ipairs({ ... }) do
        for _, one in ipairs(pairs_of) do
            for _, user in ipairs(one.user and { one.user } or groups[one.group] or {}) do
                add(user, one[key])
            end
        end
    end
    return list
end

-- `wanted`: what accounting.lua returns. `rows`: what sacctmgr says (slurmdbd.lua), and {
-- cluster, groups = { [Unix group] = users }, wckeys_enforced, prune }. Slurm makes wckeys
-- itself where it does not enforce them. Returns { changes, kept (sentences: what is not
-- in the policy and stays) }.
function change.plan(wanted, rows)
    local made = setmetatable({ wanted = wanted, held = slurmdbd.read(rows),
        members = of_users("account", rows.groups, wanted.users, wanted.groups),
        wckeys = rows.wckeys_enforced and of_users("wckey", rows.groups, wanted.wckeys)
            or {},
        cluster = rows.cluster, prune = rows.prune, changes = {}, kept = {} }, plan)
    made:add_qos()
    made:add_accounts()
    made:add_users()
    made:add_wckeys()
    made:remove_rest()
    return { changes = made.changes, kept = made.kept }
end

function change.of(policy, rows)
    return change.plan(accounting(policy), rows)
end

-- The Unix groups whose members belong into accounts.
function change.groups(policy)
    local groups = {}
    for _, member in ipairs(accounting(policy).groups) do
        groups[member.group] = true
    end
    return name.sorted_keys(groups)
end

return change
