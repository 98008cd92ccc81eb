-- volume_list.lua: what a node must know to ask a volume's server, for `atelier volume test`.

local name = require("atelier.base.name")
local nearest = require("atelier.base.nearest")

local volume_list = {}

-- `wanted`: a list of names; empty for all volumes of the policy. Returns the entries in the
-- order of `wanted`, or of their names; or nil and a sentence.
function volume_list.list(policy, wanted)
    local entries = {}
    for index, key in ipairs(#wanted > 0 and wanted or name.sorted_keys(policy.volumes)) do
        local volume = policy.volumes[key]
        if not volume then
            local advice = nearest.advice(key, name.sorted_keys(policy.volumes))
            return nil, "the policy has no volume `" .. name.quote(key) .. "`"
                .. (advice and ": " .. advice or "")
        end
        entries[index] = volume
    end
    return entries
end

return volume_list
