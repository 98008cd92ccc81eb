-- Tells a task the layout that the plugin read, for the tests of the hooks.
return {
    title = "Mirror",
    environment = function(layout)
        return {
            JOB = ("%d"):format(layout.job),
            RANK = ("%d"):format(layout.rank),
            LOCAL_RANK = ("%d"):format(layout.local_rank),
            WORLD_SIZE = ("%d"):format(layout.tasks),
            NODES = table.concat(layout.nodes, " "),
            PORTS = layout.reserved_ports and table.concat(layout.reserved_ports, " ") or "none",
            GPUS = layout.gpus
                and ("%s of %d"):format(table.concat(layout.gpus, " "), layout.gpus_on_node)
                or "none",
            CPUS = layout.cpus_per_task and ("%d"):format(layout.cpus_per_task) or "unknown",
            SOLE_OF_FOUR = layout.tasks == 4 and "yes" or nil,
        }, { THREADS = "1" }
    end,
}
