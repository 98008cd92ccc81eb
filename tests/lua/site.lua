-- site.lua: the policy that the tests ask, and the words that no test may let through.

local site = {}

local top = os.getenv("top_srcdir") or "."
local file = assert(io.open(top .. "/tests/lua/fixtures/site-policy.lua", "rb"))
site.text = file:read("*a")
file:close()

site.hostile = {
    "a;rm -rf /", "$(id)", "`id`", "a b", "a\nb", "a\n", "%n%s", "%", "../..", "..", ".a",
    "-a", "a/b", "a,rw,suid", "\27[31mred", "caf\195\169", "a\0b", "a=b", "(null)",
    "vision.", string.rep("x", 65), string.rep("x", 10240), string.rep("a", 5000) .. "!",
}
-- "vision." is a name, but of nothing.

function site.policy()
    local policy, problems = require("atelier.engine").load(site.text,
        "/etc/atelier/policy.lua")
    if not policy then
        error(table.concat(problems, "\n"))
    end
    return policy
end

return site
