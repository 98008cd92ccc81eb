-- nodes.lua: which node of an allocation is dead or slow.

local agreed = require("atelier.base.agreed")
local ring = require("atelier.doctor.ring")
local step = require("atelier.doctor.step")

local nodes = {}

local LOOKS_MAX = 5 -- what other programs do to a link does not last
local STEPS_MAX = 10 -- with those that found a node dead, or failed
local FAILURES_MAX = 3 -- MPI does not always start while the step before still ends

-- Of what srun starts. A check of the job's steps would find the dead node, too, and not start;
-- and mpirun's own srun would wait for the steps that the job already has.
local VARIABLES = { ["SLURM_SPANK_" .. agreed.SLURM_OPTION_MARK .. "check"] = false,
    [agreed.SLURM_OPTION_MARK .. "check"] = false, SLURM_OVERLAP = "1" }

-- All steps together: { nodes, links (ring.lua), mpi, probe (atelier-doctor's path), reduced (over
-- how many nodes), small, large (microseconds of an all-reduce; nil before there was one) }.
local look = {}
look.__index = look

local function begin(known, asked)
    local self = setmetatable({ nodes = {}, links = {}, mpi = asked.mpi or known.mpi,
        is_asked = asked.mpi ~= nil, probe = known.settings.doctor, reduced = 0, steps = 0, looks = 0, failures = 0 }, look)
    for name in known.hosts[1]:gmatch("[^,]+") do
        self.nodes[#self.nodes + 1] = { name = name, state = "well" }
    end
    return self
end

-- Judges what is measured. Only the last look says that a node is slow, since another makes
-- measurements only better.
function look:judge()
    local judged = {}
    self.looks = self.looks + 1
    for index, node in ipairs(self.nodes) do
        judged[index] = { name = node.name, state = node.state, why = node.why }
    end
    local slow = ring.judge(judged, self.links)
    self.is_over = slow == 0 or self.looks == LOOKS_MAX
    self.nodes = self.is_over and judged or self.nodes
end

function look:take_result(result, fault)
    if result == "whole" then
        self:judge()
    elseif result == "alone" and not self.is_asked and self.mpi ~= "mpirun" then
        self.mpi = "mpirun"
    elseif result == "alone" then
        self.fault = fault
    elseif result == "failed" then
        self.failures = self.failures + 1
        self.fault = self.failures == FAILURES_MAX and fault or nil
    end
end

function look:anybody_lives()
    for _, node in ipairs(self.nodes) do
        if node.state ~= "dead" then
            return true
        end
    end
    return false
end

-- Looks again without the dead; and again where a link is slow. Returns questions that are open.
function look:proceed(known)
    while not self.is_over and not self.fault do
        if not self.step then
            if self.steps == STEPS_MAX or not self:anybody_lives() then
                break
            end
            self.steps = self.steps + 1
            self.step = step.of(self, self.steps)
        end
        local open = self.step:proceed(known)
        if open then
            return open
        end
        self:take_result(self.step.result, self.step.fault)
        self.step = nil
    end
    return {}
end

function nodes.ask(known, asked, here)
    if not here.job or not here.job.nodes then
        return {}
    elseif not known.hosts then
        return { { name = "hosts", source = "hosts", lists = { { text = here.job.nodes } } },
            { name = "settings", source = "settings" },
            { name = "exported", source = "exported", variables = VARIABLES },
            not asked.mpi and { name = "mpi", source = "mpi" } or nil }
    end
    known.look = known.look or begin(known, asked)
    return known.look:proceed(known)
end

local function problems_of(made)
    local problems = {}
    for _, node in ipairs(made.nodes) do
        problems[#problems + 1] = node.why
    end
    for _, link in ipairs(made.links) do
        problems[#problems + 1] = ring.tell(made.nodes, link)
    end
    return problems
end

local function data_of(made, problems)
    local data = { nodes = {}, links = {}, problems = problems, all_reduce = { nodes = made.reduced,
        microseconds_8_bytes = math.floor(made.small or 0),
        microseconds_1_mib = math.floor(made.large or 0) } }
    for index, node in ipairs(made.nodes) do
        data.nodes[index] = { node = node.name, state = node.state }
    end
    for index, link in ipairs(made.links) do
        data.links[index] = { from = link.from, to = link.to,
            microseconds = math.floor(link.microseconds), slow = link.is_slow or false,
            bytes_per_second = math.floor(link.megabytes * 1e6) }
    end
    return data
end

nodes.COLUMNS = { "node", "is", "link to", "takes", "carries" }

local function row_of(node, links)
    local row = { node.name, node.state, "", "", "" }
    for _, link in ipairs(links) do
        if link.from == node.name then
            row[3] = link.to
            row[4] = ("%.0f us"):format(link.microseconds)
            row[5] = ("%.1f MB/s"):format(link.megabytes)
        end
    end
    return row
end

local function view_of(made, problems)
    local rows = {}
    for index, node in ipairs(made.nodes) do
        rows[index] = row_of(node, made.links)
    end
    local view = { { columns = nodes.COLUMNS, rows = rows, head = true } }
    view[2] = made.small and ("all-reduce over %d node%s: %.0f us for 8 bytes, %.0f us for 1 MiB"):format(
        made.reduced, made.reduced == 1 and "" or "s", made.small, made.large)
    for _, sentence in ipairs(problems) do
        view[#view + 1] = sentence
    end
    if #problems == 0 then
        view[#view + 1] = #made.links < 3 and "all nodes answer; with fewer than three there is no "
            .. "link to compare with another" or "all nodes are well"
    end
    return view
end

function nodes.answer(known)
    local made = known.look
    if not made then
        return { faults = { "there is no allocation here: run it in a job, such as `salloc -N4 "
            .. "atelier doctor --nodes`" } }
    elseif made.fault then
        return { faults = { made.fault } }
    end
    local problems = problems_of(made)
    return { data = data_of(made, problems), view = view_of(made, problems),
        good = #problems == 0 }
end

return nodes
