-- Refuses the tasks of nodes with GPUs, for the tests of the hooks.
return {
    title = "Picky",
    environment = function(layout)
        if layout.gpus_on_node then
            return nil, "picky wants no GPU"
        end
        return {}
    end,
}
