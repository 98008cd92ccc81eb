-- new_experiment.lua: whether a job begins an experiment. A mistyped name is one, too, so
-- its user is told.

local membership = require("atelier.policy.membership")
local nearest = require("atelier.base.nearest")

local new_experiment = {}

-- `asked`: { user, groups (names), workspace, experiment }. Returns the accounts, joined by
-- commas, whose jobs tell which experiments there are; nil where the policy has the names
-- of all, and for who is no member, since names tell of what others do.
function new_experiment.accounts(policy, asked)
    local found, sure = membership.find(policy, asked.workspace, asked.user, asked.groups)
    if not found or sure ~= "yes" or found.experiments
        or (found.default_experiment or ""):lower() == asked.experiment:lower() then
        return nil
    end
    local accounts = { found.account }
    for _, account in ipairs(found.accounts) do
        accounts[#accounts + 1] = account
    end
    return table.concat(accounts, ",")
end

-- Returns the experiment of a wckey of the workspace; Slurm marks a default wckey with `*`.
local function experiment_of(wckey, prefix)
    wckey = wckey:lower():gsub("^%*", "")
    return wckey:sub(1, #prefix) == prefix and wckey:sub(#prefix + 1) or nil
end

-- `asked` as above, with `wckeys` of the accounts' jobs, a line each. Returns the sentence for a
-- new one, else nil.
function new_experiment.tell(_policy, asked)
    local prefix, wanted = asked.workspace:lower() .. ".", asked.experiment:lower()
    local seen, names = {}, {}
    for wckey in asked.wckeys:gmatch("[^\n]+") do
        local name = experiment_of(wckey, prefix)
        if name == wanted then
            return nil
        elseif name and not seen[name] then
            seen[name] = true
            names[#names + 1] = name
        end
    end
    table.sort(names)
    local near = nearest.find(wanted, names)
    return "new experiment `" .. wanted .. "` in " .. asked.workspace
        .. (near and " (there is `" .. near .. "`)" or "")
end

return new_experiment
