-- policy.lua: from the text of the policy file to the policy:
--
--     file, files          its base name, and those of all its files
--     names, workspaces    in alphabetical order; by name (workspace.lua)
--     clusters, volumes, file_servers   by name, with their keys, file and line
--     has_groups           whether a decision may hang on the user's Unix groups
--     members              whose workspaces are whose (membership.lua)
--     default_workspace, route          the site's functions, or nil
--     operators            { users, groups }: operators.lua
--     closed               why there are no workspaces: no_workspaces.lua; nil where there are
--     hooks                where they are set: hook.place(policy, "route")
--     source               to find the place of an error in them
--     notes                sentences: what the policy says and nothing enforces yet

local no_workspaces = require("atelier.policy.no_workspaces")
local declaration = require("atelier.policy.declaration")
local membership = require("atelier.policy.membership")
local name = require("atelier.base.name")
local operators = require("atelier.policy.operators")
local problems_of = require("atelier.base.problems").new
local reference = require("atelier.policy.reference")
local source_of = require("atelier.policy.source")
local words = require("atelier.policy.words")
local workspace = require("atelier.policy.workspace")

local loader = {}

local function assemble(file, source, declared, hooks, operator_names, notes)
    local workspaces, volumes, known = {}, workspace.volumes(declared), {}
    for key, one in pairs(declared.workspace) do
        workspaces[key] = workspace.new(one, declared, volumes, known)
    end
    local names = name.sorted_keys(workspaces)
    table.sort(notes)
    return {
        file = file, files = source.files, names = names, workspaces = workspaces,
        clusters = declared.cluster, volumes = volumes,
        file_servers = declared.file_server, operators = operator_names,
        members = membership.index(names, workspaces),
        has_groups = hooks.default_workspace ~= nil or hooks.route ~= nil
            or membership.has_groups(workspaces),
        default_workspace = hooks.default_workspace and hooks.default_workspace.called,
        route = hooks.route and hooks.route.called,
        hooks = hooks, source = source, notes = notes,
    }
end

-- Reads the policy. `path` names the file in sentences (its directory is not shown);
-- `read(name)` gives the text of an included file, or nil and a reason. Returns the
-- policy; or nil and the list of all that is wrong, one sentence each.
function loader.load(text, path, read)
    local file = tostring(path or "policy.lua"):match("[^/]*$")
    local findings = { problems = problems_of(file), notes = {} }
    local problems = findings.problems
    local source = source_of.new(problems, read)
    local functions, declared, finish = declaration.functions(source, findings)
    local environment, hooks, seal, operator_names, closed
    functions.operators, operator_names = operators.new(source, problems)
    functions.no_workspaces, closed = no_workspaces.new(source, problems)
    functions.include = function(included)
        source:include(included, environment)
    end
    environment, hooks, seal = words.new(functions, source, problems)
    local run, fault = source:run(file, text, environment)
    if not run then
        return nil, { fault }
    end
    finish()
    seal()
    reference.check(declared, problems)
    no_workspaces.check(closed, declared, problems)
    if problems:any() then
        return nil, problems:sentences()
    end
    local made = assemble(file, source, declared, hooks, operator_names, findings.notes)
    made.closed = closed.reason
    return made
end

return loader
