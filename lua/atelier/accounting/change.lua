-- change.lua: what brings slurmdbd in line with the policy, one call of sacctmgr each.
--
-- A change is { verb = "create", "change" or "remove", what, how, argv }. Their order is
-- that of their needs: QOS before the accounts that may use them, parents before what is
-- below them, users after their accounts, coordinators after users; what goes, goes the
-- other way round (removal.lua).

local accounting = require("atelier.accounting.required_accounting")
local association = require("atelier.accounting.association")
local coordinators = require("atelier.accounting.coordinators")
local people = require("atelier.site.people")
local removal = require("atelier.accounting.removal")
local set_of = require("atelier.base.set").of
local slurmdbd = require("atelier.accounting.slurmdbd")

local change = {}

-- What a plan is made from: `wanted` (required_accounting.lua), `held` (slurmdbd.lua), the
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

-- Leaves out what does not come back: sacctmgr takes quotes off, and slurmdbd keeps one line.
local function description(account)
    return ((account.title or account.name):gsub("[%c\"'\\]", " "))
end

-- slurmdbd keeps descriptions in lower case.
local function same_text(left, right)
    local function plain(text)
        return text:lower():gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
    end
    return plain(left) == plain(right)
end

function plan:create_account(account)
    local parent = account.parent or "root"
    self:add("create", "account " .. account.name, "below " .. parent, "add", "account",
        account.name, self:cluster_word(), "parent=" .. parent,
        "description=" .. description(account), "organization=" .. slurmdbd.MARK)
end

function plan:modify_account(account, how, ...)
    self:add("change", "account " .. account.name, how, "modify", "account", "where",
        "name=" .. account.name, self:cluster_word(), "set", ...)
end

-- An account that others made keeps the description that they gave it.
function plan:describe_account(account, current)
    local text = description(account)
    if current and current.owned and not same_text(text, current.description) then
        self:add("change", "account " .. account.name, "title \"" .. text .. "\"",
            "modify", "account", "where", "name=" .. account.name, "set",
            "description=" .. text)
    end
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
    self:describe_account(account, current)
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

-- Returns pairs of users alone for pairs `{ user or group, [key] }`.
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

local function of_known(list, unknown)
    local known, missing = {}, set_of(unknown or {})
    for _, one in ipairs(list) do
        if not missing[one.user] then
            known[#known + 1] = one
        end
    end
    return known
end

-- The set of "account user".
local function set_of_pairs(list)
    local set = {}
    for _, one in ipairs(list) do
        set[one.account .. " " .. one.user] = true
    end
    return set
end

function plan:has_other_account(account, user)
    for other, users in pairs(self.held.users) do
        if other ~= account and users[user] then
            return true
        end
    end
    return false
end

-- Plans what goes. Nobody is removed from an account some of whose members are not known.
function plan:remove_rest(members, unknown_groups)
    local is_member = set_of_pairs(members)
    local is_administrator = set_of_pairs(self.wanted.administrators)
    local missing, is_uncertain = set_of(unknown_groups or {}), {}
    for _, one in ipairs(self.wanted.groups) do
        is_uncertain[one.account] = is_uncertain[one.account] or missing[one.group]
    end
    coordinators.remove(self, is_administrator)
    removal.add(self, function(account, user)
        local pair = account .. " " .. user
        return is_member[pair] or is_uncertain[account]
            or is_administrator[pair] and not self:has_other_account(account, user)
    end)
end

-- `wanted`: what required_accounting.lua returns. `rows`: what sacctmgr says (slurmdbd.lua), and {
-- cluster, groups = { [Unix group] = users }, unknown = { users, groups } (names that this
-- machine does not know), wckeys_enforced, prune }. Slurm makes wckeys itself where it
-- does not enforce them. Returns { changes, kept (sentences: what is not in the policy and
-- stays) }.
function change.plan(wanted, rows)
    local unknown = rows.unknown or {}
    local members = of_users("account", rows.groups, wanted.users, wanted.groups)
    local made = setmetatable({ wanted = wanted, held = slurmdbd.read(rows),
        members = of_known(members, unknown.users),
        administrators = of_known(wanted.administrators, unknown.users),
        wckeys = rows.wckeys_enforced and of_known(
            of_users("wckey", rows.groups, wanted.wckeys), unknown.users) or {},
        introduced = {}, -- users who are added to be coordinators
        cluster = rows.cluster, prune = rows.prune, changes = {}, kept = {} }, plan)
    made:add_qos()
    made:add_accounts()
    made:add_users()
    coordinators.add(made)
    made:add_wckeys()
    made:remove_rest(members, unknown.groups)
    return { changes = made.changes, kept = made.kept }
end

-- As change.plan; who is in the policy and not on this machine is left out, with a word.
function change.of(policy, rows)
    local made = change.plan(accounting(policy), rows)
    for _, sentence in ipairs(people.strangers(policy, rows.unknown or {})) do
        made.kept[#made.kept + 1] = sentence .. ", and is left out"
    end
    return made
end

return change
