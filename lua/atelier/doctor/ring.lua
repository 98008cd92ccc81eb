-- ring.lua: which of the nodes is at fault, from what was measured of their links.
--
-- A node is { name, state ("well", "slow" or "dead"), why (a sentence, where it is not well) }; a
-- link of the ring { from, to (names), microseconds (for one byte each way, the best), megabytes
-- (a second, each way at once, the best), is_slow }.

local ring = {}

-- So much worse than good links here. Processors that are busy with other things make a factor
-- of two, a cable or a switch port that fell back to a lower speed one of ten.
local SLOWER = 4
local LATER = 10
local LATER_AT_LEAST = 1000 -- microseconds: below nobody's training cares

local function sorted(links, key)
    local values = {}
    for index, link in ipairs(links) do
        values[index] = link[key]
    end
    table.sort(values)
    return values
end

-- What a good link here has: the better quarter, since one slow node of three makes two of three
-- links slow.
local function find_good(links)
    local quarter = math.floor(#links / 4)
    return { microseconds = sorted(links, "microseconds")[1 + quarter],
        megabytes = sorted(links, "megabytes")[#links - quarter] }
end

-- The worst of the node's links, where all of them are slow.
local function worst_of(node, links)
    local worst
    for _, link in ipairs(links) do
        if link.from == node.name or link.to == node.name then
            if not link.is_slow then
                return nil
            elseif not worst or link.megabytes < worst.megabytes then
                worst = link
            end
        end
    end
    return worst
end

local function judge_node(node, links, good)
    local worst = node.state ~= "dead" and worst_of(node, links)
    if worst then
        node.state = "slow"
        node.why = ("%s is slow: its links carry %.1f MB/s at %.0f us where those of other nodes "
            .. "carry %.0f MB/s at %.0f us; tell your administrator, or leave it out with "
            .. "--exclude=%s"):format(node.name, worst.megabytes, worst.microseconds,
            good.megabytes, good.microseconds, node.name)
    end
end

-- Finds the links that are slow beside the others, and the nodes all of whose links are: fills
-- is_slow, and state and why of the nodes. Returns how many links are slow. With fewer than
-- three links there is nothing to compare, and none is.
function ring.judge(nodes, links)
    local slow = 0
    if #links < 3 then
        return slow
    end
    local good = find_good(links)
    for _, link in ipairs(links) do
        link.is_slow = link.megabytes * SLOWER < good.megabytes
            or link.microseconds > LATER_AT_LEAST + LATER * good.microseconds
        slow = slow + (link.is_slow and 1 or 0)
    end
    for _, node in ipairs(slow > 0 and nodes or {}) do
        judge_node(node, links, good)
    end
    return slow
end

local function is_well(nodes, name)
    for _, node in ipairs(nodes) do
        if node.name == name then
            return node.state == "well"
        end
    end
    return false
end

-- The sentence of a slow link; nil when it is well, or one of its nodes explains it.
function ring.tell(nodes, link)
    if not link.is_slow or not is_well(nodes, link.from) or not is_well(nodes, link.to) then
        return nil
    end
    return ("the link between %s and %s is slow: it carries %.1f MB/s at %.0f us, and the other "
        .. "links of both are well; tell your administrator"):format(link.from, link.to,
        link.megabytes, link.microseconds)
end

-- Adds a measurement, or makes that of the same link better.
function ring.add(links, measured)
    for _, link in ipairs(links) do
        if link.from == measured.from and link.to == measured.to then
            link.microseconds = math.min(link.microseconds, measured.microseconds)
            link.megabytes = math.max(link.megabytes, measured.megabytes)
            return
        end
    end
    links[#links + 1] = measured
end

return ring
