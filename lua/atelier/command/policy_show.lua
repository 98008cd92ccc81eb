-- policy_show.lua: `atelier policy show`: what the policy declares.

local show = require("atelier.show.policy_entries")

local command = {
    summary = "show what it declares",
    about = "Shows what the policy declares: root all of it, users what is theirs.",
    short = "KIND [NAME]",
    options = {
        { name = "policy", letter = "f", argument = "FILE",
            about = "A draft instead of the policy in force" },
        { name = "json", letter = "j", about = "Print JSON" },
        { name = "output", letter = "o", argument = "COLUMNS",
            about = "These columns alone, by the names in a list's head" },
    },
    operands = {
        { name = "kind", argument = "workspace|cluster|volume|file-server",
            choose = { "workspace", "cluster", "volume", "file-server" },
            unknown = "`%s` is nothing that a policy declares: %s",
            missing = "say what: workspace, cluster, volume or file-server" },
        { name = "name", argument = "[NAME]", excess = "one name at a time" },
    },
    policy = "good", draft = "policy", groups = true,
}

local function key_of(asked)
    return (asked.kind:gsub("-", "_"))
end

function command.columns(asked)
    return asked.name and { "key", "value" } or show.columns(key_of(asked))
end

-- Root sees all, and so does the reader of a draft, who could read the file.
local function viewer_of(asked, here)
    return not here.is_root and not asked.policy
        and { user = here.user, groups = here.groups } or nil
end

function command.answer(policy, asked, _known, here)
    local viewer = viewer_of(asked, here)
    if viewer and not viewer.user then
        return { faults = { ("your user id %d has no name on this machine"):format(here.uid) } }
    end
    local data, rows = show.show(policy, { kind = key_of(asked), name = asked.name,
        viewer = viewer })
    if data == nil then
        return { faults = { rows }, good = false }
    end
    return { data = data, good = true, view = { { columns = command.columns(asked), rows = rows,
        head = asked.name == nil } } }
end

return command
