-- configuration_questions.lua: the questions whose answers requirement.lua judges.

local configuration_questions = {}

-- Adds the questions to `questions`; one that needs the answer of another is added once that
-- is known. `how`: { accounting (slurmdbd, too), optional, advice, seconds, ahead }.
function configuration_questions.ask(questions, known, how)
    questions[#questions + 1] = { name = "slurm", argv = { "scontrol", "show", "config" },
        advice = how.advice, optional = how.optional, seconds = how.seconds, ahead = how.ahead }
    questions[#questions + 1] = how.accounting and { name = "slurmdbd", optional = true,
        argv = { "sacctmgr", "-n", "show", "configuration" }, seconds = how.seconds } or nil
    questions[#questions + 1] = known.slurm and { name = "files", source = "configuration",
        slurm = known.slurm, policy = known.policy.files } or nil
end

-- Returns what requirement.check takes, from the answers.
function configuration_questions.of(known)
    known.files.slurmdbd, known.files.slurmdbd_fault = known.slurmdbd, known.faults.slurmdbd
    return known.files
end

return configuration_questions
