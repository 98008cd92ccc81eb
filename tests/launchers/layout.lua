-- Layouts that contradict themselves are refused in one sentence.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/launchers/?.lua;" .. top .. "/tests/launchers/?.lua;"
    .. top .. "/tests/lua/?.lua"

local tap = require "tap"
local model = require "model"
local layouts = require "support.layout"
local pytorch = dofile(top .. "/launchers/pytorch.lua")

local place = { rank = 1, node_rank = 0, local_rank = 1 }

local function changed(changes)
    return model.layout({ 2, 1 }, place, changes)
end

local function without(name)
    local layout = changed()
    layout[name] = nil
    return layout
end

-- What is wrong, the layout, words of the sentence.
local cases = {
    { "rank equal to the tasks", changed({ rank = 3 }),
      "rank 3 is outside the step's 3 tasks" },
    { "tasks that do not add up", changed({ tasks = 4 }),
      "4 tasks but those of its nodes add up to 3" },
    { "more counts than nodes", changed({ tasks_per_node = { 1, 1, 1 } }),
      "counts the tasks of 3" },
    { "no counts", without("tasks_per_node"), "counts the tasks of 0" },
    { "a node with no task", changed({ tasks_per_node = { 3, 0 } }),
      "add up to no number" },
    { "a count that is text", changed({ tasks_per_node = { "2", 1 } }),
      "add up to no number" },
    { "half a task", changed({ tasks = 3, tasks_per_node = { 1.5, 1.5 } }),
      "add up to no number" },
    { "no nodes", changed({ nodes = {} }), "which nodes" },
    { "nodes missing", without("nodes"), "which nodes" },
    { "node beyond the step", changed({ node_rank = 2 }),
      "node 2 is outside the step's 2 nodes" },
    { "local rank too high", changed({ local_rank = 2 }), "local rank 2 of 2" },
    { "local tasks of another node", changed({ local_tasks = 1 }), "of node node1" },
    { "a negative rank", changed({ rank = -1 }), "this task's rank" },
    { "half a local rank", changed({ local_rank = 0.5 }), "this task's local rank" },
    { "no tasks at all", changed({ tasks = 0 }), "0 tasks" },
}

for _, name in ipairs({ "job", "step", "tasks", "rank", "local_rank", "node_rank",
                        "local_tasks" }) do
    cases[#cases + 1] = { "no " .. name, without(name),
                          "this task's " .. name:gsub("_", " ") .. ";" }
end

for _, case in ipairs(cases) do
    local name, layout, words = case[1], case[2], case[3]
    local environment, sentence = pytorch.environment(layout)
    tap.is(environment, nil, name .. " is refused")
    tap.ok(type(sentence) == "string" and sentence:find(words, 1, true)
        and not sentence:find("\n") and not sentence:find("%.$"),
        name .. ": one sentence that says so (" .. tostring(sentence) .. ")")
end

tap.is(layouts.check(changed()), true, "a right layout passes")

tap.done()
