-- The groups of a user in slurmctld: what id says, kept, and never waited for too often.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local trust = require("atelier.slurmctld.trust")

-- The clock and the answers are the test's.
local clock, asked, answer, takes = 1000000, {}, { "users", "", "0" }, 0
os.time = function() return clock end
local real_lines = trust.lines_of
trust.lines_of = function(command)
    asked[#asked + 1] = command
    clock = clock + takes
    local lines = {}
    for index, line in ipairs(answer) do
        lines[index] = line
    end
    return lines
end
local groups = require("atelier.slurmctld.user_groups")

local function of(uid, is_fresh)
    local list, is_news = groups.of(uid, is_fresh)
    return list and table.concat(list, ",") or "unknown", is_news
end

answer = { "users", "domain users", "1234", "", "1" }
tap.is(of(1001), "users,domain users", "names with blanks; a number is no name")
tap.has(asked[1], "timeout -s KILL 1 id -Gnz +1001 ", "the question has an end")
of(1001)
tap.is(#asked, 1, "an answer is kept")
clock = clock + 301
of(1001)
tap.is(#asked, 2, "for five minutes")

of(1001, true)
tap.is(#asked, 2, "a fresh one is fresh enough")
clock = clock + 2
of(1001, true)
tap.is(#asked, 3, "... for two seconds")
asked = { 1, 2 }

answer = { "", "1" }
tap.is(of(4000), "unknown", "a user that is not there")
tap.is(select(2, of(4000)), false, "... is worth one line")
tap.is(#asked, 3, "... and one question")
clock = clock + 61
tap.is(select(2, of(4000)), true, "a minute later it is asked again")

-- A directory that hangs: each question is killed after a second.
clock, answer, takes = clock + 100, { "", "137" }, 1
local before = #asked
for index = 1, 50 do
    of(5000 + index)
end
tap.is(#asked - before, 3, "after some slow answers nothing is asked")
clock, takes, answer = clock + 60, 0, { "users", "", "0" }
tap.is(of(6000), "users", "until a minute is over")
clock = clock - 5000
tap.is(of(6001), "users", "a clock that goes back stops nothing")

-- The real command.
trust.lines_of = real_lines
clock = clock + 10000
tap.has("," .. of(0) .. ",", ",root,", "id is asked as it is on this machine")
tap.is(of(3999999), "unknown", "... and knows who is not there")
tap.done()
