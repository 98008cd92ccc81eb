-- slurmdbd.lua: what slurmdbd holds for one cluster, from the rows that sacctmgr prints.
--
--     accounts      by name: { owned (made by `atelier policy apply`), description,
--                   coordinators (a set, with those of the accounts above), parent, limits,
--                   qos (a set), here (it has an association on this cluster) }
--     users         by account: { user = true }
--     defaults      by user: the default account
--     qos, wckeys   sets: "name", "user wckey"
--     busy          set of "account" and "account user" that have jobs

local association = require("atelier.accounting.association")
local set_of = require("atelier.base.set").of

local slurmdbd = {}

slurmdbd.MARK = "atelier" -- the organization of the accounts that apply makes

local function words(text)
    local list = {}
    for word in text:gmatch("[^,]+") do
        list[#list + 1] = word
    end
    return list
end

local function account(held, key)
    held.accounts[key] = held.accounts[key] or { qos = {}, limits = {} }
    held.users[key] = held.users[key] or {}
    return held.accounts[key]
end

-- A user's association with one partition says nothing about the others.
local function add_association(held, row)
    if row.user == "" then
        local one = account(held, row.account)
        one.here, one.parent = true, row.parent
        one.limits, one.qos = association.read(row), set_of(words(row.qos))
    elseif row.partition == "" then
        account(held, row.account)
        held.users[row.account][row.user] = true
    end
end

-- `rows`: { accounts, associations, users, qos, wckeys (nil where Slurm does not enforce
-- them), jobs }, as accounting_plan.lua asks for them.
function slurmdbd.read(rows)
    local held = { accounts = {}, users = {}, defaults = {}, qos = {}, wckeys = {},
        busy = {} }
    for _, row in ipairs(rows.accounts) do
        local one = account(held, row.account)
        one.owned = row.organization == slurmdbd.MARK
        one.description = row.description or ""
        one.coordinators = set_of(words(row.coordinators or ""))
    end
    for _, row in ipairs(rows.associations) do
        add_association(held, row)
    end
    for _, row in ipairs(rows.users) do
        held.defaults[row.user] = row.default_account
    end
    for _, row in ipairs(rows.qos) do
        held.qos[row.name] = true
    end
    for _, row in ipairs(rows.wckeys or {}) do
        held.wckeys[row.user .. " " .. row.wckey] = true
    end
    for _, row in ipairs(rows.jobs) do
        held.busy[row.account] = true
        held.busy[row.account .. " " .. row.user] = true
    end
    return held
end

return slurmdbd
