-- policy_test.lua: `atelier policy test`: the site's cases, as TAP.

local case = require("atelier.explain.case")

local CASES = "cases.lua" -- beside the policy

local command = {
    summary = "run the site's cases",
    about = "Runs the cases of FILE against the policy and prints TAP. Without FILE, those of "
        .. CASES .. " beside the policy.",
    options = {
        { name = "policy", letter = "f", argument = "FILE",
            about = "A draft instead of the policy in force" },
    },
    operands = { { name = "file", argument = "[FILE]", excess = "one file at a time" } },
    policy = "good", draft = "policy",
}

local function path_of(asked, known)
    return asked.file or (known.policy.path:match("^.*/") or "") .. CASES
end

function command.ask(asked, _here, known)
    return { { name = "text", source = "file", path = path_of(asked, known) } }
end

-- TAP reads `#` as the beginning of a directive.
local function title(one, number)
    return ("%sok %d - %s"):format(#one.failures > 0 and "not " or "", number,
        (one.name:gsub("#", "?")))
end

function command.answer(policy, asked, known)
    local cases, problems = case.run(policy, { text = known.text,
        file = path_of(asked, known):match("[^/]*$") })
    if not cases then
        return { faults = problems }
    end
    local view, good = { "1.." .. #cases }, true
    for number, one in ipairs(cases) do
        view[#view + 1] = title(one, number)
        for _, sentence in ipairs(one.failures) do
            view[#view + 1] = ("# %s:%d: %s"):format(one.file, one.line, sentence)
            good = false
        end
    end
    return { view = view, good = good }
end

return command
