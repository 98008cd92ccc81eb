-- step.lua: one step that looks at the nodes of an allocation: what its processes say, one on
-- each node, and which nodes are dead.
--
-- Lines of atelier-doctor (cli/doctor/doctor_probe.c), NODE as Slurm has it:
--
--     doctor here NODE                   it runs
--     doctor beat NODE                   it lives; every second
--     doctor joined NODE SIZE            MPI has started, over so many nodes
--     doctor reduce US US                an all-reduce of 8 bytes, and of 1 MiB
--     doctor link FROM TO US MB          one of the ring: microseconds, MB/s
--     doctor done NODE                   all is measured

local ring = require("atelier.doctor.ring")

local step = {}
step.__index = step

-- Milliseconds.
local START = 30000 -- from srun's start to the first node
local ANSWER = 10000 -- and from it to the last one
local JOIN = 40000 -- MPI's start
local MEASURE = 60000 -- and all of its work
local SILENT = 8000 -- nothing for so long from a node that has spoken: it is dead
local ENDING = 5000 -- for srun, when all nodes are done

local CONFIRM_SECONDS = 10 -- for a node that did not come, alone
local CONFIRMED_MAX = 8 -- so many of them are asked alone
local LINE_MAX = 1024 -- longer ones are nobody's of ours, and cut

-- How far a node came.
local UNHEARD, HERE, JOINED, DONE = 0, 1, 2, 3

-- Without srun's help MPI is started by a program of its own, which takes the nodes from Slurm.
local function mpirun_of(look)
    local live = {}
    for _, node in ipairs(look.nodes) do
        live[#live + 1] = node.state ~= "dead" and node.name or nil
    end
    return { "mpirun", "-n", tostring(#live), "--map-by", "ppr:1:node", "--host",
        table.concat(live, ","), look.probe }
end

local function srun_of(look, live, dead)
    local argv = { "srun", "--overlap", "--nodes=" .. live, "--ntasks=" .. live,
        "--ntasks-per-node=1", "--mpi=" .. look.mpi, "--input=none", "--kill-on-bad-exit=1" }
    if #dead > 0 then
        argv[#argv + 1] = "--exclude=" .. table.concat(dead, ",")
    end
    argv[#argv + 1] = look.probe
    return argv
end

-- The step itself, as a question.
local function question_of(look, number, live, dead)
    local argv = look.mpi == "mpirun" and mpirun_of(look) or srun_of(look, live, dead)
    return { name = "step " .. number, argv = argv, watch = true }
end

-- Of a look (nodes.lua), its `number`th step, with all nodes that are not dead.
function step.of(look, number)
    local nodes, dead = {}, {}
    for _, node in ipairs(look.nodes) do
        nodes[node.name] = { progress = UNHEARD }
        dead[#dead + 1] = node.state == "dead" and node.name or nil
    end
    local live = #look.nodes - #dead
    return setmetatable({ look = look, nodes = nodes, live = live, part = "",
        counts = { [HERE] = 0, [JOINED] = 0, [DONE] = 0 },
        question = question_of(look, number, live, dead) }, step)
end

function step:move_on(name, progress)
    local node = self.nodes[name]
    if not node then
        return
    end
    node.heard = self.now
    while node.progress < progress do
        node.progress = node.progress + 1
        self.counts[node.progress] = self.counts[node.progress] + 1
        self.moved = self.now
    end
end

-- What follows the word of a line, by it.
local take = {}

function take.here(self, words)
    self:move_on(words[1], HERE)
end

function take.beat(self, words)
    self:move_on(words[1], UNHEARD)
end

function take.joined(self, words)
    self.look.reduced = tonumber(words[2]) or self.look.reduced
    self.is_alone = self.live > 1 and words[2] == "1"
    self:move_on(words[1], JOINED)
end

function take.done(self, words)
    self:move_on(words[1], DONE)
end

function take.reduce(self, words)
    local look, small, large = self.look, tonumber(words[1]), tonumber(words[2])
    if small and large then
        look.small = math.min(look.small or small, small)
        look.large = math.min(look.large or large, large)
    end
end

function take.link(self, words)
    local link = { from = words[1], to = words[2], microseconds = tonumber(words[3]),
        megabytes = tonumber(words[4]) }
    if self.nodes[link.from] and self.nodes[link.to] and link.microseconds and link.megabytes then
        ring.add(self.look.links, link)
    end
end

function step:take(line)
    local words = {}
    local kind, rest = line:match("^doctor (%a+) (.*)$")
    for word in (rest or ""):gmatch("%S+") do
        words[#words + 1] = word
    end
    if kind and take[kind] and words[1] then
        take[kind](self, words)
    end
end

-- Whether a node that has spoken has been silent for so long.
function step:is_silent(node, milliseconds)
    local of = self.nodes[node.name]
    return node.state ~= "dead" and of.progress > UNHEARD and of.progress < DONE
        and self.now - of.heard > milliseconds
end

function step:silent_nodes(milliseconds)
    local silent = {}
    for _, node in ipairs(self.look.nodes) do
        silent[#silent + 1] = self:is_silent(node, milliseconds) and node or nil
    end
    return silent
end

function step:is_late()
    local waited = self.now - self.moved
    if self.counts[HERE] == 0 then
        return waited > START
    elseif self.counts[HERE] < self.live then
        return waited > ANSWER
    end
    return waited > (self.counts[JOINED] < self.live and JOIN or MEASURE)
end

-- What srun writes, in pieces; `clock` in milliseconds. Returns whether that is enough: when all
-- are done they are about to end by themselves.
function step:hear(text, clock)
    self.now, self.moved = clock, self.moved or clock
    local lines = self.part .. text
    local last = 1
    for line, next_line in lines:gmatch("([^\n]*)\n()") do
        self:take(line)
        last = next_line
    end
    self.part = lines:sub(last, last + LINE_MAX)
    if self.is_alone then
        return true
    elseif self.counts[DONE] == self.live then
        return clock - self.moved > ENDING
    end
    return self:is_late() or #self:silent_nodes(SILENT) > 0
end

local function bury(node, how)
    node.state = "dead"
    node.why = ("%s is dead: %s; see `scontrol show node %s`, or leave it out with "
        .. "--exclude=%s"):format(node.name, how, node.name, node.name)
end

-- When all nodes are silent, the fault is srun's. Returns how many are dead.
function step:bury_silent()
    local during = self.counts[JOINED] < self.live and "it stopped answering while MPI started"
        or "it stopped answering in the middle of the test"
    local silent = self:silent_nodes(SILENT / 2)
    if #silent == self.live then
        return 0
    end
    for _, node in ipairs(silent) do
        bury(node, during)
    end
    return #silent
end

-- The first of the nodes that came no further than `progress`, each with a question to it alone:
-- whether it starts anything.
function step:suspects_after(progress)
    local suspects = { after = progress }
    for _, node in ipairs(self.look.nodes) do
        if node.state ~= "dead" and self.nodes[node.name].progress <= progress
            and #suspects < CONFIRMED_MAX then
            suspects[#suspects + 1] = { node = node, question = { optional = true,
                seconds = CONFIRM_SECONDS,
                name = ("%s, %s after %d"):format(self.question.name, node.name, progress),
                argv = { "srun", "--overlap", "--nodes=1", "--ntasks=1",
                    "--nodelist=" .. node.name, "--mpi=none", "--input=none", self.look.probe,
                    "--here" } } }
        end
    end
    return suspects
end

-- The questions of the suspects that are not answered yet.
local function open_questions(suspects, known)
    local open = {}
    for _, suspect in ipairs(suspects) do
        local question = suspect.question
        local is_answered = known[question.name] ~= nil or known.faults[question.name]
        open[#open + 1] = not is_answered and question or nil
    end
    return open
end

-- Buries those that start nothing alone; returns how many.
local function bury_unconfirmed(suspects, known)
    local found = 0
    for _, suspect in ipairs(suspects) do
        local why = known.faults[suspect.question.name]
        if why then
            found = found + 1
            bury(suspect.node, why:find("did not end", 1, true)
                and "it started nothing within 10 s" or why)
        end
    end
    return found
end

-- The first line that srun or mpirun said, without its name.
local function words_of(program, said)
    local line = said:match("^[^\n]*"):gsub("^srun: ", ""):gsub("^error: ", "")
    return line ~= "" and ("; %s said: %s"):format(program, line) or ""
end

local function starter_of(look)
    return look.mpi == "mpirun" and "mpirun" or "--mpi=" .. look.mpi
end

function step:failure(said)
    return ("the test came to no end, though all nodes answer: %d of %d started MPI by %s, "
        .. "%d ended%s"):format(self.counts[JOINED], self.live, starter_of(self.look),
        self.counts[DONE], words_of(self.question.argv[1], said))
end

-- Returns questions that are open; else nil, and the step has a `result`: "whole" when it came to
-- its end; "alone" when its processes did not find each other; "dead" when it found nodes dead, so that it is to be run again without them; "failed",
-- by its `fault`. srun ends the tasks of all nodes when one fails, so that their silence says
-- something only while it runs.
function step:proceed(known)
    local answer = known[self.question.name]
    if not answer then
        return { self.question }
    elseif self.is_alone then
        self.result, self.fault = "alone", ("each process of the test was alone, since the MPI "
            .. "that atelier-doctor was built with is not started by %s: name another way by "
            .. "--mpi=TYPE"):format(starter_of(self.look))
        return nil
    elseif self.counts[DONE] == self.live then
        self.result = "whole"
        return nil
    elseif answer.fault then
        self.result, self.fault = "failed", ("%s: is %s installed?"):format(answer.fault,
            self.look.mpi == "mpirun" and "MPI" or "Slurm")
        return nil
    end
    self.suspects = self.suspects or self:suspects_after(UNHEARD)
    local open = open_questions(self.suspects, known)
    if #open > 0 then
        return open
    end
    local found = bury_unconfirmed(self.suspects, known)
    if found == 0 and self.suspects.after == UNHEARD then
        found = answer.ended and 0 or self:bury_silent()
        if found == 0 then
            self.suspects = self:suspects_after(JOINED)
            return self:proceed(known)
        end
    end
    self.result = found > 0 and "dead" or "failed"
    self.fault = self:failure(answer.said)
    return nil
end

return step
