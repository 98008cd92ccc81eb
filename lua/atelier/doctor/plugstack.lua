-- plugstack.lua: the questions about plugstack.conf.

local plugstack = {}

-- Of what scontrol says, where Slurm looks for its files: a question is recorded, and is not
-- to hold what else Slurm's configuration has.
local function places_in(text)
    local kept = { "" }
    for line in text:gmatch("[^\n]+") do
        local key = line:match("^(%S+) *=")
        if key == "PluginDir" or key == "PlugStackConfig" or key == "SLURM_CONF" then
            kept[#kept + 1] = line
        end
    end
    return table.concat(kept, "\n") .. "\n"
end

-- Appends `plugstack` to `questions`, once scontrol has answered, well or not.
function plugstack.ask(questions, known)
    if known.slurm or known.faults.slurm then
        questions[#questions + 1] = { name = "plugstack", source = "plugstack",
            slurm = known.slurm and places_in(known.slurm) or nil }
    end
end

return plugstack
