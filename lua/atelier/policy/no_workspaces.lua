-- no_workspaces.lua: `no_workspaces "Atelier is being removed"`: a policy that has none on purpose.
--
-- A file without a workspace is taken for one that is not complete, and the last good one
-- stays in force. This word says that it is complete: jobs that ask for a workspace are
-- refused with its reason, all others run, and `atelier policy apply --prune` may take the
-- accounts away.

local no_workspaces = {}

no_workspaces.REASON_MAX = 200 -- bytes

-- The function of the policy file, and the table whose `reason` and `place` it sets.
function no_workspaces.new(source, problems)
    local given = {}
    return function(reason)
        local place = source:place()
        if type(reason) ~= "string" or reason == "" or #reason > no_workspaces.REASON_MAX
            or reason:find("%c") then
            problems:add(place, "no_workspaces needs the reason, which users are told",
                "write no_workspaces \"Atelier is being removed\"")
        elseif given.place then
            problems:add(place, "no_workspaces is said twice")
        else
            given.reason, given.place = reason, place
        end
    end, given
end

-- Adds a problem unless the file has workspaces or says that it has none.
function no_workspaces.check(given, declared, problems)
    local has = next(declared.workspace) ~= nil
    if has and given.place then
        problems:add(given.place, "no_workspaces, but workspaces are declared",
            "leave out the one or the others")
    elseif not has and not given.place and not problems:any() then
        problems:add(nil, "no workspace is declared",
            "is the file complete? where none is meant, say why: no_workspaces \"REASON\"")
    end
end

return no_workspaces
