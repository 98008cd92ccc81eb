-- The groups of a user in slurmctld: what id says, kept, and never waited for too often.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local trust = require("atelier.trust")

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
local groups = require("atelier.groups")

local function of(user)
    local list, is_news = groups.of(user)
    return list and table.concat(list, ",") or "unknown", is_news
end

answer = { "users", "domain users", "1234", "", "1" }
tap.is(of("alice"), "users,domain users", "names with blanks; a number is no name")
tap.has(asked[1], "timeout -s KILL 1 id -Gnz -- 'alice' ", "the question has an end")
of("alice")
tap.is(#asked, 1, "an answer is kept")
clock = clock + 301
of("alice")
tap.is(#asked, 2, "for five minutes")

answer = { "", "1" }
tap.is(of("nobody-knows"), "unknown", "a user that is not there")
tap.is(select(2, of("nobody-knows")), false, "... is worth one line")
tap.is(#asked, 3, "... and one question")
clock = clock + 61
tap.is(select(2, of("nobody-knows")), true, "a minute later it is asked again")

local before = #asked
for _, hostile in ipairs({ "", "-n", "a b", "a'b", "a;id", "$(id)", "a\nb", "../x",
    ("x"):rep(300) }) do
    tap.is(of(hostile), "unknown", "not asked: " .. hostile)
end
tap.is(of(nil), "unknown", "nor is nobody")
tap.is(#asked, before, "no hostile name reaches a shell")
answer = { "staff", "", "0" }
tap.is(of("DOMAIN\\ann"), "staff", "a user of a domain")
tap.is(of("ann@example.org"), "staff", "... written otherwise")

-- A directory that hangs: each question is killed after a second.
clock, answer, takes = clock + 100, { "", "137" }, 1
before = #asked
for index = 1, 50 do
    of("user" .. index)
end
tap.is(#asked - before, 3, "after some slow answers nothing is asked")
clock, takes, answer = clock + 60, 0, { "users", "", "0" }
tap.is(of("somebody"), "users", "until a minute is over")
clock = clock - 5000
tap.is(of("else"), "users", "a clock that goes back stops nothing")

-- The real command.
trust.lines_of = real_lines
clock = clock + 10000
tap.has("," .. of("root") .. ",", ",root,", "id is asked as it is on this machine")
tap.is(of("no-such-user-here"), "unknown", "... and knows who is not there")
tap.done()
