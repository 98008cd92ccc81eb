-- case.lua: the site's own cases, `case "name" { user = ..., expect = { ... } }`: requests
-- and what the policy is to decide on them.

local duration = require("atelier.base.duration")
local name = require("atelier.base.name")
local nearest = require("atelier.base.nearest")
local problems_of = require("atelier.base.problems").new
local source_of = require("atelier.policy.source")
local submit = require("atelier.engine").submit

local case = {}

-- The keys of a request, of expect, and the type of each.
local REQUEST = {
    user = "string", uid = "number", groups = "table", workspace = "string",
    experiment = "string", framework = "string", mount = "string", account = "string",
    partition = "string", wckey = "string", qos = "string", nodes = "number",
    tasks = "number", gpus = "number", cpus = "number", memory = "number",
    time_limit = "time", reservation = "string", array = "boolean", features = "string",
    licenses = "string", script = "boolean", max_nodes = "number",
    exclusive = "boolean", gpus_in_all = "number", gpus_per_node = "number",
    gpus_by_socket = "boolean",
}
local EXPECT = {
    workspace = "string", experiment = "string", framework = "string",
    account = "string", partition = "string", wckey = "string", qos = "string",
    time_limit = "time", features = "string", licenses = "string",
    reservation = "string", max_nodes = "number", refused = "string",
}

local function fits(kind, given)
    if kind == "time" then
        return duration.minutes(given) ~= nil, duration.RULE
    end
    return type(given) == kind, "it is a " .. kind
end

-- A copy of the known keys; what is wrong goes to the problems.
local function read_keys(label, given, keys, place, problems)
    local read, known = {}, name.sorted_keys(keys)
    for key, value in pairs(given) do
        local kind = keys[key]
        if kind == nil then
            problems:add(place, "unknown key `" .. name.quote(key) .. "` in " .. label,
                nearest.advice(key, known))
        else
            local good, advice = fits(kind, value)
            if not good then
                problems:add(place, "key `" .. key .. "` of " .. label .. " is no such "
                    .. "value", advice)
            end
            read[key] = kind == "time" and duration.minutes(value) or value
        end
    end
    return read
end

local function read_case(label, body, place, problems)
    local expect = body.expect
    local request = {}
    for key, value in pairs(body) do
        request[key] = key ~= "expect" and value or nil
    end
    if type(expect) ~= "table" then
        problems:add(place, label .. " has no key `expect`",
            "say what the policy is to decide, { } for any decision")
        expect = {}
    end
    request = read_keys(label, request, REQUEST, place, problems)
    request.groups = request.groups or {}
    if request.user == nil then
        problems:add(place, label .. " has no key `user`")
    end
    return request, read_keys("expect of " .. label, expect, EXPECT, place, problems)
end

-- The word `case` of the file; what it declares is appended to `cases`.
local function declares(cases, source, problems)
    return function(title)
        local place = source:place()
        local label = "case `" .. name.quote(title) .. "`"
        return function(body)
            if type(body) ~= "table" then
                problems:add(place, label .. " needs its keys in { ... }")
                return
            end
            local one = { name = name.quote(title), file = place.file, line = place.line }
            one.request, one.expect = read_case(label, body, place, problems)
            cases[#cases + 1] = one
        end
    end
end

local function load_cases(text, file)
    local problems, cases = problems_of(file), {}
    local source = source_of.new(problems)
    local words = { ipairs = ipairs, pairs = pairs, tostring = tostring, string = string,
        table = table, math = math }
    words.case = declares(cases, source, problems)
    local run, fault = source:run(file, text, setmetatable(words, {
        __index = function(_, word)
            error("unknown word `" .. name.quote(word) .. "`", 2)
        end,
    }))
    if not run then
        return nil, { fault }
    elseif problems:any() then
        return nil, problems:sentences()
    elseif #cases == 0 then
        return nil, { file .. " declares no case" }
    end
    return cases
end

local function judge_refusal(expect, refusal)
    if expect.refused == nil then
        return { "refused: " .. refusal.text }
    elseif not refusal.text:find(expect.refused, 1, true) then
        return { "refused otherwise than expected: " .. refusal.text }
    end
    return {}
end

local function judge(expect, decision, refusal)
    if not decision then
        return judge_refusal(expect, refusal)
    elseif expect.refused ~= nil then
        return { "not refused" }
    end
    local failures = {}
    for _, key in ipairs(name.sorted_keys(expect)) do
        if decision[key] ~= expect[key] then
            failures[#failures + 1] = key .. " is " .. tostring(decision[key] or "open")
                .. ", not " .. tostring(expect[key])
        end
    end
    return failures
end

-- `asked`: { text, file }, of the cases. Returns { { name, file, line, failures (sentences)
-- } }; or nil and what is wrong with the file, a list of sentences.
function case.run(policy, asked)
    local cases, problems = load_cases(asked.text, asked.file)
    if not cases then
        return nil, problems
    end
    for index, one in ipairs(cases) do
        cases[index] = { name = one.name, file = one.file, line = one.line,
            failures = judge(one.expect, submit(policy, one.request)) }
    end
    return cases
end

return case
