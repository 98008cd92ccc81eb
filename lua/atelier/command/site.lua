-- site.lua: the verbs of `atelier site`.

local site = {}

local function check(asked)
    return asked.undo and asked.enforce and "--undo takes back what --enforce made, too: leave it out"
        or nil
end

function site.setup()
    return {
        summary = "turn it on in Slurm's files, or off",
        about = "Shows what the files of Slurm's configuration here lack, as a diff, and asks "
            .. "before it changes them: the line of plugstack.conf, job_submit.lua, and the "
            .. "settings of slurm.conf and slurmdbd.conf that belong to them.",
        options = {
            { name = "yes", letter = "y", about = "Do not ask" },
            { name = "dry-run", letter = "n", about = "Print the diff and change nothing" },
            { name = "undo", letter = "u", about = "Take back all that was made by it" },
            { name = "enforce", letter = "e", about = "Have Slurm enforce associations, limits and "
                .. "QOS, too: it then refuses every user without an association" },
            { name = "json", letter = "j", about = "Print the changes as JSON" },
        },
        policy = "tried",
        check = check,
        ask = require("atelier.setup.setup_questions").ask,
        answer = require("atelier.setup.setup_plan").answer,
    }
end

return site
