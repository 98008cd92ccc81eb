-- words.lua: the words that a policy file may use, and what it may set.

local copy = require("atelier.base.copy")
local hook = require("atelier.policy.hook")
local name = require("atelier.base.name")
local nearest = require("atelier.base.nearest")
local short_string = require("atelier.base.short_string")

local words = {}

-- An unknown word stands for this: called or indexed it gives itself, so that the file is
-- read on and what follows is checked too.
local sink = {}
local function give_sink()
    return sink
end
setmetatable(sink, { __call = give_sink, __index = give_sink })

local is_hook = {}
for _, which in ipairs(hook.NAMES) do
    is_hook[which] = true
end

-- default_workspace and route are kept apart with their places.
local function set_hook(hooks, which, given, source, problems)
    local place = source:place()
    if type(given) ~= "function" then
        problems:add(place, which .. " must be a function")
    elseif hooks[which] then
        problems:add(place, which .. " is set twice", "the first ends at "
            .. hooks[which].file .. ":" .. (hooks[which].line or "?"))
    else
        place.called, place.text = given, source.text
        hooks[which] = place
    end
end

-- A function under a name that nobody calls would be a rule that nobody enforces.
local function check_function(word, given, source, problems)
    local meant = type(given) == "function" and nearest.find(word, hook.NAMES)
    if meant then
        problems:add(source:place(), "unknown word `" .. name.quote(word) .. "`",
            "did you mean `" .. meant .. "`?")
    end
end

-- The environment; the table of hooks that it fills, { route = { file, line, called } };
-- and a function to call when the files have run: from then on, when hooks run, an
-- unknown word is an error, and nothing can be declared.
function words.new(declares, source, problems)
    local hooks, known, loading = {}, nil, true
    local all = {
        ipairs = ipairs, pairs = pairs, tonumber = tonumber, tostring = tostring,
        type = type, math = copy.of(math), string = short_string.library(), table = copy.of(table),
        refuse = hook.refuse,
    }
    for word, declare in pairs(declares) do
        all[word] = function(...)
            if not loading then
                error(word .. " belongs outside of functions that jobs call", 2)
            end
            return declare(...)
        end
    end
    known = name.sorted_keys(all)
    setmetatable(all, {
        __index = function(_, word)
            if hooks[word] then
                return hooks[word].called
            elseif not loading then
                error("unknown word `" .. name.quote(word) .. "`", 2)
            end
            problems:add(source:place(), "unknown word `" .. name.quote(word) .. "`",
                nearest.advice(word, known))
            return sink
        end,
        __newindex = function(_, word, given)
            if loading and is_hook[word] then
                return set_hook(hooks, word, given, source, problems)
            elseif loading then
                check_function(word, given, source, problems)
            end
            rawset(all, word, given)
        end,
    })
    return all, hooks, function()
        loading = false
    end
end

return words
