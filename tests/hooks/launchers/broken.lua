-- Refuses every task, for the tests of the hooks.
return {
    title = "Broken",
    environment = function()
        return nil, "broken needs a port for each task"
    end,
}
